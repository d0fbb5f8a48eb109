//! Takes what Muster sends to Slack, and prints it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread,
};

use anyhow::Result;
use serde_json::Value;

/// Listens; gives the webhook's address.
pub fn listen(address: &str) -> Result<String> {
    let listener = TcpListener::bind(address)?;
    let webhook = format!(
        "http://{}/services/T0/B0/demonstration",
        listener.local_addr()?
    );
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A message that cannot be read is its sender's to send again.
            let _ = receive(stream);
        }
    });
    Ok(webhook)
}

fn receive(mut stream: TcpStream) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if let Ok(message) = serde_json::from_slice::<Value>(&body) {
        println!("\n── Slack ──────────────────────────────");
        print(&message);
    }
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
    )?;
    Ok(())
}

/// The texts of a message's blocks, or its plain text.
fn print(message: &Value) {
    let Some(blocks) = message.get("blocks").and_then(Value::as_array) else {
        println!("{}", message["text"].as_str().unwrap_or_default());
        return;
    };
    for block in blocks {
        let texts = block["fields"]
            .as_array()
            .into_iter()
            .chain(block["elements"].as_array())
            .flatten()
            .chain([&block["text"]]);
        for text in texts {
            let text = text["text"]
                .as_str()
                .or_else(|| text["text"]["text"].as_str());
            if let Some(text) = text {
                println!("{text}");
            }
        }
    }
}
