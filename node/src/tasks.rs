//! Starts every task of the node, so that all of them can be waited for.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use wiez_proto::refusal::Refusal;

use crate::Node;

/// A running node: its loops and its socket.
pub struct Running {
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Running {
    /// Starts the two sync loops, the mirror loop, the case workers' socket and their pages.
    #[must_use]
    pub fn start(node: &Arc<Node>) -> Self {
        let running = Self::without_socket(node);
        let (served, stop) = (Arc::clone(node), running.stop.subscribe());
        running.add(async move {
            if let Err(refusal) = crate::api::serve(served, stop).await {
                tracing::error!(%refusal, "the socket for case workers is not served");
            }
        });
        let (served, stop) = (Arc::clone(node), running.stop.subscribe());
        running.add(async move {
            if let Err(refusal) = crate::web::serve(served, stop).await {
                tracing::error!(%refusal, "the pages for case workers are not served");
            }
        });
        running
    }

    /// Starts the loops without the socket, for programs that call the node themselves.
    #[must_use]
    pub fn without_socket(node: &Arc<Node>) -> Self {
        let running = Self { stop: watch::Sender::new(false), tasks: Mutex::new(Vec::new()) };
        running.add(crate::sync::push::run(Arc::clone(node), running.stop.subscribe()));
        running.add(crate::sync::pull::run(Arc::clone(node), running.stop.subscribe()));
        running.add(crate::sync::mirror::run(Arc::clone(node), running.stop.subscribe()));
        running
    }

    fn add(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(spawn(future));
    }

    /// Ends the loops after the transaction in progress and waits for them.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks.into_inner().unwrap_or_else(PoisonError::into_inner) {
            if task.await.is_err() {
                tracing::error!("a task of the node ended in a panic");
            }
        }
    }

    /// Ends the loops where they stand, as a power cut would; nothing is waited for.
    pub fn kill(self) {
        for task in self.tasks.into_inner().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

/// Runs everything until `shutdown` turns true, then ends it in order.
///
/// # Errors
/// None of its own; what fails is in the log and tried again.
pub async fn run(node: Arc<Node>, mut shutdown: watch::Receiver<bool>) -> Result<(), Refusal> {
    let running = Running::start(&node);
    // An error means that the sender is gone: nobody could ever stop it, so it stops.
    let _ = shutdown.wait_for(|stop| *stop).await;
    running.stop().await;
    node.store().close().await;
    Ok(())
}

/// Starts a task.
#[expect(clippy::disallowed_methods, reason = "the one place that starts tasks")]
pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(future)
}

/// Runs work that would hold up other tasks on a thread of its own; `None` when it panicked
/// or the program is ending.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(work).await.ok()
}
