use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, BooleanArray, ListArray, RecordBatch, StringArray, StructArray,
        new_null_array,
    },
    buffer::OffsetBuffer,
    compute::{cast, is_null, nullif},
    datatypes::{DataType, Field, FieldRef},
    error::ArrowError,
};
use muster_model::{Integration, IntegrationId};

use crate::catalog::{IntegrationFact, KEY, Origin, Shape};

/// One column a scan gives, and how its values are had from a stored batch.
#[derive(Debug, Clone)]
pub(crate) struct ScanColumn {
    pub field: FieldRef,
    source: ColumnSource,
}

#[derive(Debug, Clone)]
enum ColumnSource {
    /// A stored column, and the members to go through.
    Stored(String, Vec<String>),
    Integration(IntegrationFact),
    Struct(Vec<ScanColumn>),
    Listed(Arc<Listed>),
}

/// Which rows' listing of a child type is complete, per integration.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// `None`: every row's.
    pub rows: HashMap<IntegrationId, Option<HashSet<String>>>,
}

impl ScanColumn {
    pub fn new(name: &str, shape: &Shape, origin: &Origin, members: &[String]) -> Self {
        Self {
            field: Arc::new(shape.field(name)),
            source: ColumnSource::new(shape, origin, members),
        }
    }

    pub fn listed(name: &str, listed: Arc<Listed>) -> Self {
        Self {
            field: Arc::new(Field::new(name, DataType::Boolean, true)),
            source: ColumnSource::Listed(listed),
        }
    }

    /// The stored columns that its values come from.
    pub fn stored_names(&self) -> Vec<String> {
        match &self.source {
            ColumnSource::Stored(name, _) => vec![name.clone()],
            ColumnSource::Struct(parts) => parts.iter().flat_map(Self::stored_names).collect(),
            ColumnSource::Integration(_) | ColumnSource::Listed(_) => Vec::new(),
        }
    }

    /// The column's values for every row of a stored batch.
    pub fn values(
        &self,
        batch: &RecordBatch,
        integration: Option<&Integration>,
    ) -> Result<ArrayRef, ArrowError> {
        let array = self.source.values(&self.field, batch, integration)?;
        if array.data_type() == self.field.data_type() {
            Ok(array)
        } else {
            cast(&array, self.field.data_type())
        }
    }
}

impl ColumnSource {
    fn new(shape: &Shape, origin: &Origin, members: &[String]) -> Self {
        match origin {
            Origin::Integration(fact) => Self::Integration(*fact),
            Origin::Struct(parts) => {
                let Shape::Struct(shapes) = shape else {
                    return Self::Struct(Vec::new());
                };
                Self::Struct(
                    shapes
                        .iter()
                        .zip(parts)
                        .map(|(member, (name, part))| {
                            ScanColumn::new(name, &member.shape, part, &[])
                        })
                        .collect(),
                )
            }
            Origin::Stored(name) => Self::Stored(name.clone(), members.to_vec()),
            // Joined in above the scan; a scan that is asked for them all the same has no values.
            Origin::Computed(_) | Origin::Elsewhere => Self::Stored(String::new(), Vec::new()),
        }
    }

    fn values(
        &self,
        field: &Field,
        batch: &RecordBatch,
        integration: Option<&Integration>,
    ) -> Result<ArrayRef, ArrowError> {
        let rows = batch.num_rows();
        match self {
            Self::Stored(name, members) => {
                let Some(column) = batch.column_by_name(name) else {
                    return Ok(new_null_array(field.data_type(), rows));
                };
                let mut array = Arc::clone(column);
                for member in members {
                    match inner(&array, member)? {
                        Some(inner) => array = inner,
                        None => return Ok(new_null_array(field.data_type(), rows)),
                    }
                }
                Ok(array)
            }
            Self::Integration(fact) => Ok(integration_fact(*fact, integration, rows)),
            Self::Struct(parts) => {
                let arrays = parts
                    .iter()
                    .map(|part| part.values(batch, integration))
                    .collect::<Result<Vec<_>, _>>()?;
                let fields = parts.iter().map(|part| Arc::clone(&part.field)).collect();
                Ok(Arc::new(StructArray::try_new_with_length(
                    fields, arrays, None, rows,
                )?))
            }
            Self::Listed(listed) => listed.values(batch, integration),
        }
    }
}

/// A member of a structured array; null where the structure is.
fn inner(array: &ArrayRef, member: &str) -> Result<Option<ArrayRef>, ArrowError> {
    let Some(structure) = array.as_any().downcast_ref::<StructArray>() else {
        return Ok(None);
    };
    let Some(column) = structure.column_by_name(member) else {
        return Ok(None);
    };
    if structure.null_count() == 0 {
        return Ok(Some(Arc::clone(column)));
    }
    nullif(column, &is_null(structure)?).map(Some)
}

fn integration_fact(
    fact: IntegrationFact,
    integration: Option<&Integration>,
    rows: usize,
) -> ArrayRef {
    let repeat = |text: Option<&str>| -> ArrayRef {
        match text {
            Some(text) => Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
                text, rows,
            ))),
            None => Arc::new(StringArray::new_null(rows)),
        }
    };
    match fact {
        IntegrationFact::Id => repeat(integration.map(|one| one.id.as_str())),
        IntegrationFact::Name => repeat(integration.map(|one| one.name.as_str())),
        IntegrationFact::OrganisationId => repeat(
            integration
                .and_then(|one| one.organisation.as_ref())
                .map(|known| known.id.as_str()),
        ),
        IntegrationFact::OrganisationName => repeat(
            integration
                .and_then(|one| one.organisation.as_ref())
                .and_then(|known| known.name.as_deref()),
        ),
        IntegrationFact::Tags => {
            let tags = integration.map_or(&[][..], |one| one.tags.as_slice());
            let values: Vec<&String> = std::iter::repeat_n(tags, rows).flatten().collect();
            let values = StringArray::from_iter_values(values);
            let offsets = OffsetBuffer::from_repeated_length(tags.len(), rows);
            Arc::new(ListArray::new(
                Arc::new(Field::new_list_field(DataType::Utf8, true)),
                offsets,
                Arc::new(values),
                None,
            ))
        }
    }
}

impl Listed {
    fn values(
        &self,
        batch: &RecordBatch,
        integration: Option<&Integration>,
    ) -> Result<ArrayRef, ArrowError> {
        let rows = batch.num_rows();
        let listed = integration.and_then(|one| self.rows.get(&one.id));
        let values: BooleanArray = match listed {
            None => vec![false; rows].into(),
            Some(None) => vec![true; rows].into(),
            Some(Some(keys)) => {
                let column = batch
                    .column_by_name(KEY)
                    .and_then(|column| column.as_any().downcast_ref::<StringArray>());
                let Some(column) = column else {
                    return Err(ArrowError::SchemaError(format!(
                        "rows have no text column {KEY}"
                    )));
                };
                column
                    .iter()
                    .map(|key| Some(key.is_some_and(|key| keys.contains(key))))
                    .collect()
            }
        };
        Ok(Arc::new(values))
    }
}
