//! The one place that writes to the terminal.

#![expect(clippy::print_stderr, reason = "this is what prints")]

use std::io::{self, IsTerminal as _, Write as _};

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table};

use muster_office::failure::Failure;

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

/// One rule below the heading, and no other lines; the places are those of comfy-table's presets.
const ONE_RULE: &str = "     ─             ";

/// Columns of a terminal below which a word may be cut to make a table fit.
const NARROW: u16 = 80;

/// Rows under a heading. A column that holds numbers alone stands to the right.
pub fn table(heading: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let width = io::stdout().is_terminal().then(|| Table::new().width());
    line(&laid_out(heading, rows, width.flatten()));
}

/// Fits `width`, where one is given, by wrapping the last column; a narrow table wraps them all.
fn laid_out(
    heading: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
    width: Option<u16>,
) -> String {
    let mut table = Table::new();
    table
        .load_preset(ONE_RULE)
        .set_header(heading.iter().copied());
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    let mut numbers = vec![true; heading.len()];
    for row in rows {
        for (number, cell) in numbers.iter_mut().zip(&row) {
            *number &= cell.chars().all(|c| c.is_ascii_digit() || c == ',');
        }
        table.add_row(row);
    }
    let last = heading.len().saturating_sub(1);
    for (index, (column, number)) in table.column_iter_mut().zip(numbers).enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
        if index != last && width.is_some_and(|width| width >= NARROW) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        if number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
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

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn a_table_has_one_rule_and_numbers_to_the_right() {
        let rows = [
            ["okta_user", "complete", "1,501"],
            ["okta_group", "complete", "59"],
        ];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(
            laid_out(&["type", "state", "seen"], rows, None),
            "type        state      seen\n\
             ───────────────────────────\n\
             okta_user   complete  1,501\n\
             okta_group  complete     59"
        );
    }

    #[test]
    fn the_last_column_is_wrapped_and_no_other() {
        let sentence =
            "the credentials may not read it; give their role that right, or leave the type out";
        let row = vec![
            "okta_policy_mapped_application".to_owned(),
            sentence.to_owned(),
        ];
        let text = laid_out(&["type", "reason"], [row], Some(100));
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        assert!(
            text.contains("\nokta_policy_mapped_application  the"),
            "{text}"
        );
    }
}
