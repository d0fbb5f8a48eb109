//! Listings whose pages are asked for by number. Numbers are no snapshot: what comes or goes while a listing is read
//! moves everything behind it, and a resource that moved over the edge of a page would look removed, or be there twice.

use std::ops::Range;

use reqwest::header::HeaderMap;

use super::{
    cursor::{Cursor, Note},
    error::RequestError,
};
use crate::definition::{Counting, Identity, Numbered, Total};

/// How the pages of one listing are numbered, settings filled in.
#[derive(Debug)]
pub(super) struct Numbers {
    pub counting: Counting,
    pub parameter: String,
    pub total_header: Option<String>,
    pub sorted: bool,
}

/// An answer, and the place it was asked for at.
pub(super) struct Step<'a> {
    pub place: &'a Cursor,
    pub total: Option<u64>,
    pub items: &'a [Range<usize>],
    pub identity: &'a dyn Fn(&Range<usize>) -> Identity,
}

/// Where an answer leads.
#[derive(Debug)]
pub(super) struct Stepped {
    /// How many resources it begins with that were read before.
    pub skipped: usize,
    /// The next page; none when the listing is finished.
    pub next: Option<Cursor>,
}

impl Numbers {
    pub(super) fn new(numbered: &Numbered, parameter: String) -> Self {
        Self {
            counting: numbered.counting,
            parameter,
            total_header: match &numbered.total {
                Some(Total::Header(name)) => Some(name.clone()),
                _ => None,
            },
            sorted: numbered.sorted,
        }
    }

    /// How many resources there are, from the body or a header.
    pub(super) fn total(&self, headers: &HeaderMap, in_body: Option<u64>) -> Option<u64> {
        let in_header = || {
            let value = headers.get(self.total_header.as_deref()?)?;
            value.to_str().ok()?.trim().parse().ok()
        };
        in_body.or_else(in_header)
    }

    /// Whether the answer fits to the pages before it, and where it leads.
    pub(super) fn step(&self, step: &Step<'_>, path: &str) -> Result<Stepped, RequestError> {
        match self.counting {
            Counting::Resources => self.step_by_resources(step, path),
            Counting::Pages => self.step_by_pages(step, path),
        }
    }

    fn step_by_resources(&self, step: &Step<'_>, path: &str) -> Result<Stepped, RequestError> {
        let Step {
            place,
            total,
            items,
            identity,
        } = step;
        let moved = || RequestError::Shifted {
            path: path.to_owned(),
        };
        let note = place.note();
        let position = place.number(&self.parameter).unwrap_or(0);
        let mut skipped = 0;
        if let Some(hinge) = note.hinge {
            match items.first() {
                Some(first) if identity(first).all == hinge => skipped = 1,
                _ => return Err(moved()),
            }
        }
        if !self.sorted && note.total.is_some() && note.total != *total {
            return Err(moved());
        }
        let count = items.len() as u64;
        let fresh = count - skipped as u64;
        let end = position + count;
        match total {
            Some(total) if end >= *total => {
                return Ok(Stepped {
                    skipped,
                    next: None,
                });
            }
            Some(total) if fresh == 0 => return Err(broken_off(path, end, *total)),
            // Only an empty page ends a listing without a total: a short one may be the vendor's own limit.
            None if fresh == 0 => {
                return Ok(Stepped {
                    skipped,
                    next: None,
                });
            }
            _ => {}
        }
        let hinge = items.last().filter(|_| self.sorted);
        let next = Note {
            total: *total,
            hinge: hinge.map(|last| identity(last).all),
            read: note.read + fresh,
        };
        let number = if hinge.is_some() { end - 1 } else { end };
        self.place(place, number, next, path)
            .map(|next| Stepped { skipped, next })
    }

    fn step_by_pages(&self, step: &Step<'_>, path: &str) -> Result<Stepped, RequestError> {
        let Step {
            place,
            total,
            items,
            identity,
        } = step;
        let note = place.note();
        let first = items.first().map(|first| identity(first).all);
        // The same page again: the vendor does not know the parameter and has told everything.
        if first.is_some() && first == note.hinge {
            return Ok(Stepped {
                skipped: items.len(),
                next: None,
            });
        }
        if note.total.is_some() && note.total != *total {
            return Err(RequestError::Shifted {
                path: path.to_owned(),
            });
        }
        let read = note.read + items.len() as u64;
        match total {
            Some(total) if read >= *total => {
                return Ok(Stepped {
                    skipped: 0,
                    next: None,
                });
            }
            Some(total) if items.is_empty() => return Err(broken_off(path, read, *total)),
            None if items.is_empty() => {
                return Ok(Stepped {
                    skipped: 0,
                    next: None,
                });
            }
            _ => {}
        }
        let number = place.number(&self.parameter).unwrap_or(1) + 1;
        let next = Note {
            total: *total,
            hinge: first,
            read,
        };
        self.place(place, number, next, path)
            .map(|next| Stepped { skipped: 0, next })
    }

    fn place(
        &self,
        place: &Cursor,
        number: u64,
        note: Note,
        path: &str,
    ) -> Result<Option<Cursor>, RequestError> {
        match place.with_number(&self.parameter, number) {
            Some(next) => Ok(Some(next.with_note(note))),
            None => Err(RequestError::BadResponse {
                path: path.to_owned(),
                reason: format!(
                    "nothing in the path is called `{}`; correct the resource file or the integration's settings",
                    self.parameter
                ),
            }),
        }
    }
}

/// An empty page where the vendor says that there is more.
fn broken_off(path: &str, read: u64, total: u64) -> RequestError {
    RequestError::BadResponse {
        path: path.to_owned(),
        reason: format!(
            "it ends after {read} of {total} resources; the listing is left incomplete"
        ),
    }
}
