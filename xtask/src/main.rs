//! The project's own commands: `cargo xtask demo`, `test`, `bench`, `tidy`.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a command line tool"
)]

mod bench;
mod demo;
mod slack;
mod stand_in;
mod test;
mod tidy;
mod tools;
mod web;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask demo            build, start the stand-in Okta and the server, print the address to open
cargo xtask bench [NAME...] how fast, how much memory: collect, query, poll, aged; prints tables
cargo xtask test [--all]    everything that must pass; --all adds what needs outside clients
cargo xtask web             build the page; the next cargo build puts it into the binary
cargo xtask tidy            how the code lies: who imports whom, how long files are";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["demo"] => demo::run(),
        ["test"] => test::run(false),
        ["test", "--all"] => test::run(true),
        ["bench", names @ ..] => bench::run(names),
        ["web"] => web::build(),
        ["tidy"] => tidy::run(),
        ["help" | "--help" | "-h"] | [] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(anyhow::anyhow!(
            "there is no such command; these there are:\n{HELP}"
        )),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
