use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use futures::{Stream, StreamExt};
use tokio::{sync::mpsc, task::AbortHandle};

use crate::{QueryError, cancel::Cancel};

/// What a running query says.
pub(crate) enum Message {
    /// First, once it is planned.
    Schema(SchemaRef),
    Batch(RecordBatch),
    /// Last.
    Done {
        truncated: bool,
    },
}

/// The near end of a running query.
pub(crate) struct Answer {
    pub receiver: mpsc::Receiver<Result<Message, QueryError>>,
    pub cancel: Cancel,
    pub abort: AbortHandle,
}

impl Answer {
    fn stop(&self) {
        self.cancel.cancel();
        self.abort.abort();
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The rows of an answer, as they are found. Dropping it stops the query.
pub struct QueryStream {
    schema: SchemaRef,
    answer: Answer,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    Done { truncated: bool },
    Failed,
}

impl fmt::Debug for QueryStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("QueryStream")
            .field("schema", &self.schema)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl QueryStream {
    /// Waits until the query is planned.
    pub(crate) async fn started(mut answer: Answer) -> Result<Self, QueryError> {
        match answer.receiver.recv().await {
            Some(Ok(Message::Schema(schema))) => Ok(Self {
                schema,
                answer,
                state: State::Running,
            }),
            Some(Err(error)) => Err(error),
            _ => Err(vanished(&answer.cancel)),
        }
    }

    /// Names and types of the columns. Columns that hold JSON text carry the metadata `muster.type = json`.
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(&self.schema)
    }

    /// Whether rows were cut off at the limit; known once the last batch has been read.
    pub fn truncated(&self) -> bool {
        self.state == State::Done { truncated: true }
    }

    /// Stops the query. What it had found already can still be read; after that comes
    /// [`QueryError::Cancelled`].
    pub fn cancel(&self) {
        self.answer.stop();
    }

    /// The next batch, for callers outside an async runtime.
    ///
    /// # Errors
    /// As the stream.
    pub fn next_blocking(&mut self) -> Result<Option<RecordBatch>, QueryError> {
        futures::executor::block_on(self.next()).transpose()
    }

    fn read(
        &mut self,
        message: Option<Result<Message, QueryError>>,
    ) -> Option<Result<RecordBatch, QueryError>> {
        match message {
            Some(Ok(Message::Batch(batch))) => Some(Ok(batch)),
            Some(Ok(Message::Done { truncated })) => {
                self.state = State::Done { truncated };
                None
            }
            Some(Ok(Message::Schema(_))) => {
                self.state = State::Failed;
                Some(Err(QueryError::Internal("a second schema came".to_owned())))
            }
            Some(Err(error)) => {
                self.state = State::Failed;
                Some(Err(error))
            }
            None => {
                self.state = State::Failed;
                Some(Err(vanished(&self.answer.cancel)))
            }
        }
    }
}

/// Why a query ended without a last word.
fn vanished(cancel: &Cancel) -> QueryError {
    cancel
        .reason()
        .unwrap_or_else(|| QueryError::Internal("the query stopped without a word".to_owned()))
}

impl Stream for QueryStream {
    type Item = Result<RecordBatch, QueryError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.state != State::Running {
            return Poll::Ready(None);
        }
        let message = futures::ready!(self.answer.receiver.poll_recv(context));
        Poll::Ready(self.read(message))
    }
}
