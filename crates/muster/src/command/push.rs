//! `push`: documents are looked at here, and committed by whoever holds the folder.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use muster_control::{Control, Folder};
use muster_custom::{CustomType, CustomTypes, StoreError};
use muster_office::{
    Failure, handover,
    push::Receiving,
    request::{Answer, Push as Order, PushReport, Request},
};

use super::print;
use crate::cli::Push as Command;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    let folder = Folder::new(&command.data.data);
    let catalogue = super::catalogue(providers)?;
    let name = &command.resource_type;
    let mut control = Control::open_reader(&folder)?;
    let (stored, generation) = control.read(|transaction| {
        let types = CustomTypes(transaction);
        let generation = types.generation()?;
        if generation == 0 {
            return Err(StoreError::NoType(name.clone()));
        }
        Ok((types.named(name)?, generation))
    })?;
    let custom = CustomType::of(&stored.definition, stored.integration)
        .map_err(|mistakes| Failure::mistakes("the type is not understood any more", mistakes))?;
    let mut receiving = Receiving::in_file(Arc::new(custom), &folder)?;
    let unreadable = |error: io::Error| {
        Failure::usage(format!("cannot read {}: {error}", command.file.display()))
    };
    let mut input: Box<dyn Read> = if command.file == Path::new("-") {
        Box::new(io::stdin().lock())
    } else {
        Box::new(File::open(&command.file).map_err(unreadable)?)
    };
    let mut chunk = vec![0; CHUNK];
    loop {
        match input.read(&mut chunk).map_err(unreadable)? {
            0 => break,
            length => receiving.feed(&chunk[..length])?,
        }
    }
    let spooled = receiving.spooled()?;
    let request = Request::Push(Order {
        resource_type: name.clone(),
        file: spooled.file,
        documents: spooled.documents,
        generation,
        everything: command.all,
        accept_removals: command.accept_removals,
    });
    // A file that nobody takes is swept when the folder is opened some other day: whoever holds the folder may have begun
    // with it, though no answer came.
    let answer =
        super::runtime()?.block_on(handover::submit(folder, catalogue, request, |_| {}))?;
    match answer {
        Answer::Pushed(report) => tell(&report, command.json),
        _ => Ok(()),
    }
}

fn tell(report: &PushReport, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let text = serde_json::to_string(report).map_err(|error| Failure::unable(&error))?;
        print::line(&text);
    } else {
        print::line(&format!(
            "{} seen: {} added, {} modified, {} unchanged, {} removed",
            report.seen, report.added, report.modified, report.unchanged, report.removed
        ));
    }
    match &report.reason {
        Some(reason) => Err(Failure::Incomplete(reason.clone())),
        None => Ok(()),
    }
}
