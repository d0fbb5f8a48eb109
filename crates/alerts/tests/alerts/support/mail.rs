//! A real SMTP server, Python's aiosmtpd, in an environment of its own beside the build.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Lines},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde::Deserialize;

/// The version the tests were written against.
const SERVER: &str = "aiosmtpd==1.4.6";

/// One mail as it arrived.
#[derive(Debug, Deserialize)]
pub struct Arrived {
    pub sender: String,
    pub recipients: Vec<String>,
    pub content: String,
    pub encrypted: bool,
    pub user: Option<String>,
    pub hello: String,
}

/// A running server.
pub struct MailServer {
    pub port: u16,
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl MailServer {
    pub fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(python())
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail_server.py"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        #[derive(Deserialize)]
        struct Started {
            port: u16,
        }
        let started: Started = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        Self {
            port: started.port,
            process,
            lines,
        }
    }

    /// Waits for the next mail.
    pub fn next(&mut self) -> Arrived {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The Python that has the server; made once for all tests. Needs `python3` with `venv`, and the package index the first
/// time.
pub fn python() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-server");
    let python = place.join("bin").join("python");
    let done = place.join(SERVER);
    if done.exists() {
        return python;
    }
    fs::create_dir_all(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let lock = File::create(place.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    if !done.exists() {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&place));
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", SERVER]));
        File::create(&done).unwrap();
    }
    python
}

fn run(command: &mut Command) {
    let shown = format!("{command:?}");
    let status = command.status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "{shown} failed; the mail tests need python3 with venv, and the package index the first time"
    );
}

/// A certificate for 127.0.0.1 and localhost, and its authority, as files.
pub struct Certificates {
    pub authority: PathBuf,
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Certificates {
    pub fn make(folder: &Path) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(parameters, authority_key);
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names)
            .unwrap()
            .signed_by(&key, &issuer)
            .unwrap();
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            authority: write("authority.pem", authority.pem()),
            certificate: write("certificate.pem", certificate.pem()),
            key: write("key.pem", key.serialize_pem()),
        }
    }
}
