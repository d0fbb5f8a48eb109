use std::hash::{Hash, Hasher};

use arrow::datatypes::DataType;
use datafusion::{
    common::ScalarValue,
    error::Result,
    logical_expr::{
        ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
    },
};

use crate::cancel::Cancel;

/// True, until the query is to stop; then an error. Put into the filters of joins, which otherwise run on for as
/// long as they find nothing to give.
#[derive(Debug)]
pub(crate) struct Tick {
    cancel: Cancel,
    signature: Signature,
}

impl Tick {
    pub fn function(cancel: Cancel) -> ScalarUDF {
        ScalarUDF::from(Self {
            cancel,
            signature: Signature::nullary(Volatility::Volatile),
        })
    }
}

impl PartialEq for Tick {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Tick {}

impl Hash for Tick {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(b"__tick");
    }
}

impl ScalarUDFImpl for Tick {
    fn name(&self) -> &str {
        "__tick"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.cancel.check()?;
        Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))))
    }
}
