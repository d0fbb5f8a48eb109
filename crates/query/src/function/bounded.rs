use std::sync::Arc;

use arrow::{
    array::{Array, AsArray, Int64Array},
    compute::cast,
    datatypes::{DataType, FieldRef},
};
use datafusion::{
    error::{DataFusionError, Result},
    logical_expr::{
        ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
        ScalarUDFImpl, Signature,
    },
};

/// How much text one call may make for one batch of rows.
const BYTES: u64 = 64 * 1024 * 1024;

/// A function that makes long text out of little, kept from taking memory nobody accounts for.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Bounded {
    inner: Arc<ScalarUDF>,
    /// Whether the second argument multiplies the first, or is the length itself.
    multiplies: bool,
}

/// `function`, kept within bounds.
pub(super) fn bounded(function: &Arc<ScalarUDF>) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Bounded {
        multiplies: function.name() == "repeat",
        inner: Arc::clone(function),
    }))
}

impl Bounded {
    fn check(&self, arguments: &ScalarFunctionArgs) -> Result<()> {
        let [text, count, ..] = arguments.args.as_slice() else {
            return Ok(());
        };
        let rows = arguments.number_rows;
        let counts = cast(&count.clone().into_array(rows)?, &DataType::Int64)?;
        let Some(counts) = counts.as_any().downcast_ref::<Int64Array>() else {
            return Ok(());
        };
        let texts = match self.multiplies {
            true => Some(cast(&text.clone().into_array(rows)?, &DataType::Utf8)?),
            false => None,
        };
        let mut total = 0_u64;
        for row in 0..rows.min(counts.len()) {
            let count = u64::try_from(counts.value(row)).unwrap_or(0);
            let length = texts.as_ref().map_or(1, |texts| {
                texts
                    .as_string::<i32>()
                    .value_length(row)
                    .unsigned_abs()
                    .into()
            });
            total = total.saturating_add(count.saturating_mul(length));
        }
        match total > BYTES {
            true => Err(DataFusionError::Plan(format!(
                "{} would make more than 64 MiB of text; ask for less",
                self.inner.name()
            ))),
            false => Ok(()),
        }
    }
}

impl ScalarUDFImpl for Bounded {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.inner.return_field_from_args(arguments)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.check(&arguments)?;
        self.inner.invoke_with_args(arguments)
    }
}
