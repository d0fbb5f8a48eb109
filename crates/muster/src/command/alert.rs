//! `alert test`: whether messages arrive.

use std::path::Path;

use muster_control::Folder;
use muster_office::{
    Failure, handover,
    request::{Answer, Request},
};

use super::print;
use crate::cli::Alert as Command;

/// Sends a test, from here or from the server that holds the folder.
pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    let Command::Test { channel, data } = command;
    let folder = Folder::new(&data.data);
    if !folder.database().is_file() {
        return Err(Failure::usage(format!(
            "there is no muster data folder at {}; `muster serve` makes one",
            folder.root().display()
        )));
    }
    let catalogue = super::catalogue(providers)?;
    let request = Request::TestChannel { name: channel };
    let answer =
        super::runtime()?.block_on(handover::submit(folder, catalogue, request, |_| {}))?;
    if let Answer::Done(sentence) = answer {
        print::line(&sentence);
    }
    Ok(())
}
