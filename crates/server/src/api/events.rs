//! What happens, as it happens.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event as Sent, KeepAlive, Sse},
};
use futures::{Stream, StreamExt as _};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use crate::app::App;

/// What happens, as server-sent events
///
/// `progress` how far a run has come, `sync` a run began or ended, `integrations` one was added, changed or deleted,
/// `changes` the register changed, `findings` findings were opened or resolved, `delivery` a message was sent or not.
/// `missed` says that events were lost on the way: look anew.
#[utoipa::path(get, path = "/api/events", tag = "events",
    responses((status = 200, content_type = "text/event-stream", body = String)))]
pub async fn watch(State(app): State<App>) -> Sse<impl Stream<Item = Result<Sent, Infallible>>> {
    let stop = app.options.stop.clone();
    let events = BroadcastStream::new(app.hub.watch()).map(|event| {
        Ok(match event {
            Ok(event) => Sent::default()
                .event(event.name)
                .data(event.data.to_string()),
            Err(BroadcastStreamRecvError::Lagged(_)) => Sent::default().event("missed").data("{}"),
        })
    });
    Sse::new(events.take_until(stop.cancelled_owned()))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}
