//! Arrow IPC files, mapped: the one place that needs `unsafe`.
//!
//! Why it is sound: a file is written whole, synced, and only then named by a row of the control file; from there on
//! nobody writes it (a new version is a new file), and deleting it leaves existing mappings valid. A file that was
//! cut off by other means is caught by its footer; one whose bytes rotted would be read as different values.

#![expect(
    unsafe_code,
    reason = "memory mapping, and skipping validation of files this crate wrote itself"
)]

use std::{fs::File, path::Path, sync::Arc};

use arrow::{
    array::{ArrayData, RecordBatch, make_array},
    buffer::{Buffer, NullBuffer},
    datatypes::SchemaRef,
    error::ArrowError,
    ipc::{
        convert::fb_to_schema,
        reader::{FileDecoder, read_footer_length},
        root_as_footer,
        writer::{FileWriter, IpcWriteOptions},
    },
};
use bytes::Bytes;
use memmap2::{Mmap, MmapMut};

use crate::LedgerError;

/// Maps a file for reading.
pub(crate) fn map(path: &Path) -> Result<Mmap, LedgerError> {
    let file = File::open(path).map_err(LedgerError::file(path))?;
    // SAFETY: see the module's documentation; nobody writes the file while it is mapped.
    unsafe { Mmap::map(&file) }.map_err(LedgerError::file(path))
}

/// Maps a scratch file that only this process uses, for sorting it in place.
pub(crate) fn map_scratch(file: &File, path: &Path) -> Result<MmapMut, LedgerError> {
    // SAFETY: scratch files belong to one listing of the process that holds the folder's lock.
    unsafe { MmapMut::map_mut(file) }.map_err(LedgerError::file(path))
}

/// Writes batches as an Arrow IPC file and syncs it.
pub(crate) fn write_file(
    path: &Path,
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch, LedgerError>>,
) -> Result<(), LedgerError> {
    let file = File::create(path).map_err(LedgerError::file(path))?;
    let buffered = std::io::BufWriter::with_capacity(1 << 20, file);
    let options = IpcWriteOptions::default();
    let mut writer = FileWriter::try_new_with_options(buffered, schema, options)?;
    for batch in batches {
        writer.write(&batch?)?;
    }
    writer.finish()?;
    let buffered = writer.into_inner()?;
    let file = buffered.into_inner().map_err(|error| LedgerError::File {
        path: path.to_owned(),
        source: error.into_error(),
    })?;
    file.sync_all().map_err(LedgerError::file(path))
}

/// The batches of a mapped Arrow IPC file; their buffers are slices of the mapping.
pub(crate) fn read_file(path: &Path) -> Result<Vec<RecordBatch>, LedgerError> {
    read_mapped(&map_file(path)?, path)
}

/// Maps an Arrow IPC file without reading it.
pub(crate) fn map_file(path: &Path) -> Result<Bytes, LedgerError> {
    Ok(Bytes::from_owner(map(path)?))
}

/// The batches of a file mapped earlier.
pub(crate) fn read_mapped(bytes: &Bytes, path: &Path) -> Result<Vec<RecordBatch>, LedgerError> {
    read_bytes(bytes, true).map_err(|error| LedgerError::Damaged {
        path: path.to_owned(),
        detail: error.to_string(),
    })
}

/// The batches of an Arrow IPC file that lies in memory, checked.
pub(crate) fn read_memory(bytes: Vec<u8>) -> Result<Vec<RecordBatch>, LedgerError> {
    Ok(read_bytes(&Bytes::from(bytes), false)?)
}

/// An Arrow IPC file as bytes, for small batches that live in a row of the control file.
pub(crate) fn write_memory(batch: &RecordBatch) -> Result<Vec<u8>, LedgerError> {
    let mut writer = FileWriter::try_new(Vec::new(), &batch.schema())?;
    writer.write(batch)?;
    writer.finish()?;
    Ok(writer.into_inner()?)
}

fn read_bytes(bytes: &Bytes, trusted: bool) -> Result<Vec<RecordBatch>, ArrowError> {
    let malformed = |detail: &str| ArrowError::IpcError(detail.to_owned());
    let trailer = bytes
        .len()
        .checked_sub(10)
        .ok_or_else(|| malformed("too short"))?;
    let mut tail = [0; 10];
    tail.copy_from_slice(&bytes[trailer..]);
    let footer_length = read_footer_length(tail)?;
    let start = trailer
        .checked_sub(footer_length)
        .ok_or_else(|| malformed("footer is cut off"))?;
    let footer =
        root_as_footer(&bytes[start..trailer]).map_err(|error| malformed(&error.to_string()))?;
    let schema = footer.schema().ok_or_else(|| malformed("no schema"))?;
    let schema = Arc::new(fb_to_schema(schema));
    let mut decoder = FileDecoder::new(schema, footer.version()).with_require_alignment(trusted);
    if trusted {
        // SAFETY: the file was written by `write_file` and is whole, as its footer shows.
        decoder = unsafe { decoder.with_skip_validation(true) };
    }
    let whole = Buffer::from(bytes.clone());
    let mut batches = Vec::new();
    for block in footer.recordBatches().into_iter().flatten() {
        let offset = usize::try_from(block.offset()).map_err(|_| malformed("bad block"))?;
        let length = usize::try_from(i64::from(block.metaDataLength()) + block.bodyLength())
            .map_err(|_| malformed("bad block"))?;
        if offset + length > bytes.len() {
            return Err(malformed("a block is cut off"));
        }
        let data = whole.slice_with_length(offset, length);
        if let Some(batch) = decoder.read_record_batch(block, &data)? {
            batches.push(rewrap(&batch, bytes));
        }
    }
    Ok(batches)
}

/// Gives every buffer an owner of its own size: otherwise each counts as the whole file in memory accounting.
fn rewrap(batch: &RecordBatch, bytes: &Bytes) -> RecordBatch {
    let columns = batch
        .columns()
        .iter()
        .map(|column| make_array(rewrap_data(column.to_data(), bytes)))
        .collect();
    RecordBatch::try_new(batch.schema(), columns).unwrap_or_else(|_| batch.clone())
}

fn rewrap_data(data: ArrayData, bytes: &Bytes) -> ArrayData {
    let own = |buffer: &Buffer| -> Buffer {
        let inside = (buffer.as_ptr() as usize)
            .checked_sub(bytes.as_ptr() as usize)
            .filter(|offset| offset + buffer.len() <= bytes.len());
        match inside {
            Some(offset) => Buffer::from(bytes.slice(offset..offset + buffer.len())),
            // Alignment made a copy: that is its own already.
            None => buffer.clone(),
        }
    };
    let buffers = data.buffers().iter().map(own).collect();
    let nulls = data.nulls().map(|nulls| {
        let bits =
            arrow::buffer::BooleanBuffer::new(own(nulls.buffer()), nulls.offset(), nulls.len());
        NullBuffer::new(bits)
    });
    let children = data
        .child_data()
        .iter()
        .map(|child| rewrap_data(child.clone(), bytes))
        .collect();
    let builder = data
        .into_builder()
        .buffers(buffers)
        .nulls(nulls)
        .child_data(children);
    // SAFETY: the same bytes at the same places as in `data`.
    unsafe { builder.build_unchecked() }
}
