//! Writing commands find the folder's writer: this process, if the lock is free, else whoever holds it.
//!
//! The holder listens on a Unix socket in the folder. A request is one line of JSON, each event that comes back is one
//! more; the connection ends after the answer. The socket's folder is the owner's alone, and so is the socket.

use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use futures::{FutureExt as _, StreamExt as _, future::LocalBoxFuture, stream::FuturesUnordered};
use muster_control::{ControlError, Folder, Lock};
use muster_provider::Catalogue;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{UnixListener, UnixStream},
    sync::mpsc,
};

use crate::{
    failure::Failure,
    office::Office,
    request::{Answer, Event, Request, TypeProgress, Visit},
};

/// How long a command waits for a holder that is just starting or ending.
const PATIENCE: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Does `request` here or has it done by the holder of the folder; `progress` is told how far it has come.
///
/// # Errors
/// [`Failure`].
pub async fn submit(
    folder: Folder,
    catalogue: Arc<Catalogue>,
    request: Request,
    mut progress: impl FnMut(&[TypeProgress]),
) -> Result<Answer, Failure> {
    let (events, mut receiver) = mpsc::unbounded_channel();
    let working = async move {
        if let Err(failure) = find_writer(folder, catalogue, request, &events).await {
            let _ = events.send(Event::Failure(failure));
        }
    };
    let listening = async {
        let mut result = Err(Failure::Unable(
            "the command ended without an answer; run it again".into(),
        ));
        while let Some(event) = receiver.recv().await {
            match event {
                Event::Progress(lines) => progress(&lines),
                Event::Answer(answer) => result = Ok(answer),
                Event::Failure(failure) => result = Err(failure),
            }
        }
        result
    };
    tokio::join!(working, listening).1
}

async fn find_writer(
    folder: Folder,
    catalogue: Arc<Catalogue>,
    request: Request,
    events: &mpsc::UnboundedSender<Event>,
) -> Result<(), Failure> {
    let visit = Visit {
        providers: catalogue.fingerprint(),
        request,
    };
    for _ in 0..PATIENCE {
        match Lock::try_acquire(&folder) {
            Ok(lock) => return write_here(folder, lock, catalogue, visit.request, events).await,
            Err(ControlError::Locked) => {}
            Err(error) => return Err(error.into()),
        }
        if let Ok(stream) = UnixStream::connect(folder.socket()).await
            && let Taken::Yes(result) = hand_over(stream, &visit, events).await
        {
            return result;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::Unable(format!(
        "another muster process holds {} and does not answer; end it, or wait until it is done",
        folder.root().display()
    )))
}

async fn write_here(
    folder: Folder,
    lock: Lock,
    catalogue: Arc<Catalogue>,
    request: Request,
    events: &mpsc::UnboundedSender<Event>,
) -> Result<(), Failure> {
    let opened = folder.clone();
    let office = tokio::task::spawn_blocking(move || Office::open(opened, lock, catalogue))
        .await
        .map_err(|error| Failure::unable(&error))??;
    let counter = Counter::open(&folder)?;
    office.finish_deletions().await?;
    office.finish_pushes().await?;
    let mut visitors: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
    {
        let mut own = std::pin::pin!(office.execute(request, events));
        loop {
            tokio::select! {
                () = &mut own => break,
                Some(()) = visitors.next() => {}
                stream = counter.listener.accept() => {
                    if let Ok((stream, _)) = stream {
                        visitors.push(serve(&office, stream).boxed_local());
                    }
                }
            }
        }
    }
    // Whoever came while this command worked is served to the end.
    while !visitors.is_empty() {
        tokio::select! {
            Some(()) = visitors.next() => {}
            stream = counter.listener.accept() => {
                if let Ok((stream, _)) = stream {
                    visitors.push(serve(&office, stream).boxed_local());
                }
            }
        }
    }
    Ok(())
}

/// Serves whoever comes to the folder's socket until `stop` completes, and whom it serves then to the end.
///
/// # Errors
/// [`Failure::Unable`] when the socket cannot be made.
pub async fn attend(
    office: &Office,
    folder: &Folder,
    stop: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let counter = Counter::open(folder)?;
    let mut visitors: FuturesUnordered<LocalBoxFuture<'_, ()>> = FuturesUnordered::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(()) = visitors.next() => {}
            stream = counter.listener.accept() => {
                if let Ok((stream, _)) = stream {
                    visitors.push(serve(office, stream).boxed_local());
                }
            }
        }
    }
    // The socket goes first, so that nobody comes any more.
    drop(counter);
    while visitors.next().await.is_some() {}
    Ok(())
}

/// The socket, removed when the holder goes.
struct Counter {
    listener: UnixListener,
    path: PathBuf,
}

impl Counter {
    fn open(folder: &Folder) -> Result<Self, Failure> {
        let path = folder.socket();
        // The lock is ours, so a socket that is there was left behind.
        let _ = fs::remove_file(&path);
        let listener = UnixListener::bind(&path).map_err(|error| {
            Failure::Unable(format!("cannot listen on {}: {error}", path.display()))
        })?;
        Ok(Self { listener, path })
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

async fn serve(office: &Office, stream: UnixStream) {
    let (reading, mut writing) = stream.into_split();
    let mut line = String::new();
    let mut reader = BufReader::new(reading);
    // Who connects and says nothing is not waited for.
    if !matches!(
        tokio::time::timeout(PAUSE * 100, reader.read_line(&mut line)).await,
        Ok(Ok(1..))
    ) {
        return;
    }
    let (events, mut receiver) = mpsc::unbounded_channel();
    let Ok(visit) = serde_json::from_str::<Visit>(&line) else {
        let failure = Failure::Unable(
            "the process that holds the folder is of another version; end it first".into(),
        );
        let _ = send(&mut writing, &Event::Failure(failure)).await;
        return;
    };
    let working = async {
        office.receive(visit, &events).await;
        drop(events);
    };
    let telling = async {
        while let Some(event) = receiver.recv().await {
            // Who asked may go away; what was asked is done all the same.
            let _ = send(&mut writing, &event).await;
        }
    };
    tokio::join!(working, telling);
}

async fn send(
    writing: &mut (impl tokio::io::AsyncWrite + Unpin),
    event: &Event,
) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    writing.write_all(&line).await
}

/// Whether the holder took a request.
enum Taken {
    /// It did; how that ended.
    Yes(Result<(), Failure>),
    /// It was just going: the lock is free soon.
    No,
}

async fn hand_over(
    stream: UnixStream,
    visit: &Visit,
    events: &mpsc::UnboundedSender<Event>,
) -> Taken {
    let (reading, mut writing) = stream.into_split();
    let Ok(mut line) = serde_json::to_vec(visit) else {
        return Taken::No;
    };
    line.push(b'\n');
    if writing.write_all(&line).await.is_err() {
        return Taken::No;
    }
    let mut lines = BufReader::new(reading).lines();
    let mut taken = false;
    while let Ok(Some(line)) = lines.next_line().await {
        taken = true;
        let Ok(event) = serde_json::from_str::<Event>(&line) else {
            break;
        };
        let last = !matches!(event, Event::Progress(_));
        let _ = events.send(event);
        if last {
            return Taken::Yes(Ok(()));
        }
    }
    if taken {
        Taken::Yes(Err(Failure::Unable(
            "the process that holds the folder ended before it answered; run the command again"
                .into(),
        )))
    } else {
        Taken::No
    }
}
