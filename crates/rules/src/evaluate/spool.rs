//! Failing resources put aside until they are recorded: a little in memory, much in a file without a name.

use std::io::{BufRead as _, BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use serde_json::Value;
use tempfile::SpooledTempFile;

use crate::{Failing, RulesError};

/// Bytes that stay in memory.
const MEMORY: usize = 4 << 20;

pub(super) struct Spool {
    writer: BufWriter<SpooledTempFile>,
}

/// A spool that is read from its beginning.
pub(super) struct Unspool {
    reader: BufReader<SpooledTempFile>,
    line: String,
}

impl Spool {
    pub fn new() -> Self {
        Self {
            writer: BufWriter::new(SpooledTempFile::new(MEMORY)),
        }
    }

    pub fn put(&mut self, failing: &Failing) -> Result<(), RulesError> {
        let line = Value::from(vec![
            failing.key.as_str(),
            failing.label.as_str(),
            failing.evidence.as_str(),
        ]);
        writeln!(self.writer, "{line}").map_err(RulesError::Spool)
    }

    pub fn rewind(self) -> Result<Unspool, RulesError> {
        let mut file = self
            .writer
            .into_inner()
            .map_err(|error| RulesError::Spool(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(RulesError::Spool)?;
        Ok(Unspool {
            reader: BufReader::new(file),
            line: String::new(),
        })
    }
}

impl Unspool {
    /// The next one, in the order they were put in.
    pub fn take(&mut self) -> Result<Failing, RulesError> {
        self.line.clear();
        self.reader
            .read_line(&mut self.line)
            .map_err(RulesError::Spool)?;
        let [key, label, evidence]: [String; 3] = serde_json::from_str(&self.line)
            .map_err(|error| RulesError::Spool(std::io::Error::other(error)))?;
        Ok(Failing {
            key,
            label,
            evidence,
        })
    }
}
