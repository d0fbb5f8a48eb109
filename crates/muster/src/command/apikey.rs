//! `apikey create`: a key for programs, without the page.

use std::path::Path;

use muster_control::Folder;
use muster_office::{
    Failure, handover,
    request::{AddKey, Answer, Request},
};

use super::print;
use crate::cli::ApiKey as Command;

/// Makes a key, here or in the server that holds the folder.
pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    let Command::Create {
        name,
        scope,
        resource_type,
        expires,
        data,
    } = command;
    let valid_seconds = expires
        .map(|typed| {
            humantime::parse_duration(&typed)
                .ok()
                .and_then(|span| u32::try_from(span.as_secs()).ok())
                .ok_or_else(|| {
                    Failure::usage(format!(
                        "--expires takes a span such as 90d; `{typed}` is none"
                    ))
                })
        })
        .transpose()?;
    let request = Request::AddKey(AddKey {
        name,
        scope,
        resource_type,
        valid_seconds,
    });
    let folder = Folder::new(&data.data);
    let catalogue = super::catalogue(providers)?;
    let answer =
        super::runtime()?.block_on(handover::submit(folder, catalogue, request, |_| {}))?;
    if let Answer::Key(key) = answer {
        print::note("This key is shown once; keep it like a password.");
        print::line(&key);
    }
    Ok(())
}
