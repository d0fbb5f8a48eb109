//! The one place that writes to the terminal.

#![expect(clippy::print_stderr, reason = "this is what prints")]

use std::io::{self, IsTerminal as _, Write as _};

use comfy_table::{ContentArrangement, Table, presets};

use crate::failure::Failure;

/// A line of the answer.
pub fn line(text: &str) {
    // A reader that closed the pipe has seen enough.
    let _ = writeln!(io::stdout(), "{text}");
}

/// A line beside the answer.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Why nothing was done.
pub fn error(failure: &Failure) {
    let _ = writeln!(io::stderr(), "muster: {failure}");
}

/// Rows under a heading.
pub fn table(heading: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let mut table = Table::new();
    table
        .load_preset(presets::UTF8_HORIZONTAL_ONLY)
        .set_header(heading.iter().copied());
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    for row in rows {
        table.add_row(row);
    }
    line(&table.to_string());
}

/// Whether someone sits at the other end.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Whether progress can be shown.
pub fn shows_progress() -> bool {
    io::stderr().is_terminal()
}

/// Asks a question on the terminal.
pub fn ask(question: &str) -> io::Result<String> {
    eprint!("{question} ");
    io::stderr().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().to_owned())
}
