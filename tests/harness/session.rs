//! A connection to a hub over any TLS configuration, its calls, and what a refusal tells.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status, Streaming};
use tonic_types::{ErrorDetail, StatusExt};
use wiez_proto::limits;
use wiez_proto::wire::v1;
use wiez_proto::wire::v1::consent_service_client::ConsentServiceClient;
use wiez_proto::wire::v1::directory_service_client::DirectoryServiceClient;
use wiez_proto::wire::v1::log_service_client::LogServiceClient;
use wiez_proto::wire::v1::mailbox_service_client::MailboxServiceClient;

use crate::member::{Consent, Place};

/// Dials a hub and speaks HTTP/2 over the given TLS configuration.
///
/// # Errors
/// What the network or TLS says.
pub async fn channel(tls: ClientConfig, place: &Place) -> Result<Channel> {
    let (name, dial) = (ServerName::try_from(place.host.clone())?, place.dial);
    let tls = TlsConnector::from(Arc::new(tls));
    let connector = tower::service_fn(move |_| {
        let (tls, name) = (tls.clone(), name.clone());
        async move {
            let tcp = TcpStream::connect(dial).await?;
            tcp.set_nodelay(true)?;
            tls.connect(name, tcp).await.map(TokioIo::new)
        }
    });
    // The scheme is http because TLS is ours.
    let endpoint = Endpoint::from_shared(format!("http://{}:{}", place.host, dial.port()))?
        .http2_keep_alive_interval(Duration::from_millis(limits::KEEPALIVE_INTERVAL_MS))
        .keep_alive_while_idle(true)
        .initial_stream_window_size(2 * 1024 * 1024)
        .initial_connection_window_size(4 * 1024 * 1024);
    Ok(endpoint.connect_with_connector(connector).await?)
}

/// One connection.
#[derive(Clone, Debug)]
pub struct Session {
    channel: Channel,
}

impl Session {
    /// Speaks over a channel.
    #[must_use]
    pub const fn new(channel: Channel) -> Self {
        Self { channel }
    }

    /// The channel itself.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Calls about mail.
    #[must_use]
    pub fn mailbox(&self) -> MailboxServiceClient<Channel> {
        MailboxServiceClient::new(self.channel()).max_decoding_message_size(limits::MAX_WIRE_BYTES)
    }

    /// Calls about consents.
    #[must_use]
    pub fn consent(&self) -> ConsentServiceClient<Channel> {
        ConsentServiceClient::new(self.channel())
    }

    /// Calls about the directory.
    #[must_use]
    pub fn directory(&self) -> DirectoryServiceClient<Channel> {
        DirectoryServiceClient::new(self.channel())
    }

    /// Calls about the log.
    #[must_use]
    pub fn log(&self) -> LogServiceClient<Channel> {
        LogServiceClient::new(self.channel())
    }

    /// The newest checkpoint of the log.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn head(&self) -> Result<String> {
        Ok(self.log().head(v1::HeadRequest {}).await?.into_inner().checkpoint)
    }

    /// Registers both edges of a consent.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn register(&self, consent: &Consent) -> Result<()> {
        for request in consent.registrations() {
            self.consent().register_edge(request).await?;
        }
        Ok(())
    }

    /// Deposits one envelope by the single call.
    ///
    /// # Errors
    /// The status of the call itself; a refusal of the envelope is an answer.
    pub async fn deposit(&self, envelope: v1::Envelope) -> Result<Deposited, Status> {
        let request = v1::DepositOneRequest { envelope: Some(envelope) };
        let answer = self.mailbox().deposit_one(request).await?.into_inner();
        Ok(match answer.outcome {
            Some(v1::deposit_one_response::Outcome::Accepted(receipt)) => Deposited::Accepted(receipt),
            Some(v1::deposit_one_response::Outcome::Refused(refusal)) => Deposited::Refused(refusal),
            None => return Err(Status::internal("no outcome")),
        })
    }

    /// Opens a stream of deposits; at most `window` of them wait in it.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn depositing(&self, window: usize) -> Result<Depositing, Status> {
        let (outgoing, queue) = mpsc::channel(window);
        let incoming = self.mailbox().deposit(ReceiverStream::new(queue)).await?.into_inner();
        Ok(Depositing { outgoing, incoming })
    }

    /// Opens a stream of mail after an event.
    ///
    /// # Errors
    /// What the hub says.
    pub async fn collecting(&self, after_event: u64) -> Result<Collecting, Status> {
        let (outgoing, queue) = mpsc::channel(64);
        let start = v1::collect_request::Message::Start(v1::CollectStart { after_event });
        let lost = |_| Status::internal("the stream has no room");
        outgoing.send(v1::CollectRequest { message: Some(start) }).await.map_err(lost)?;
        let incoming = self.mailbox().collect(ReceiverStream::new(queue)).await?.into_inner();
        Ok(Collecting { outgoing, incoming })
    }
}

/// What became of one envelope.
#[derive(Clone, Debug, PartialEq)]
pub enum Deposited {
    /// On disk and in the log.
    Accepted(v1::HubReceipt),
    /// Refused.
    Refused(v1::DepositRefusal),
}

impl Deposited {
    /// The receipt, when there is one.
    ///
    /// # Errors
    /// The refusal's reason.
    pub fn accepted(self) -> Result<v1::HubReceipt> {
        match self {
            Self::Accepted(receipt) => Ok(receipt),
            Self::Refused(refusal) => bail!("refused: {} {:?}", refusal.reason, refusal.details),
        }
    }

    /// The stable reason; empty when accepted.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Accepted(_) => "",
            Self::Refused(refusal) => &refusal.reason,
        }
    }
}

/// A stream of deposits.
#[derive(Debug)]
pub struct Depositing {
    /// Takes envelopes.
    pub outgoing: mpsc::Sender<v1::DepositRequest>,
    /// Gives answers.
    pub incoming: Streaming<v1::DepositResponse>,
}

/// A stream of mail.
#[derive(Debug)]
pub struct Collecting {
    /// Takes receipts and refusals.
    pub outgoing: mpsc::Sender<v1::CollectRequest>,
    /// Gives envelopes, tombstones and news.
    pub incoming: Streaming<v1::CollectResponse>,
}

impl Collecting {
    /// The next thing that the hub says.
    ///
    /// # Errors
    /// How the stream ended.
    pub async fn next(&mut self) -> Result<v1::collect_response::Message> {
        let item = self.incoming.message().await?.context("the hub ended the stream")?;
        item.message.context("an empty item")
    }

    /// The next envelope, whatever comes before it.
    ///
    /// # Errors
    /// How the stream ended.
    pub async fn delivery(&mut self) -> Result<v1::Delivery> {
        loop {
            if let v1::collect_response::Message::Delivery(delivery) = self.next().await? {
                return Ok(delivery);
            }
        }
    }

    /// Sends a receipt up the stream.
    ///
    /// # Errors
    /// When the stream has ended.
    pub async fn acknowledge(&self, receipt: v1::Signed) -> Result<()> {
        let message = v1::collect_request::Message::Receipt(receipt);
        Ok(self.outgoing.send(v1::CollectRequest { message: Some(message) }).await?)
    }
}

/// What a refused call tells: a code, a stable reason, facts, and a sentence in each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// gRPC code.
    pub code: Code,
    /// Stable reason; empty when there was none.
    pub reason: String,
    /// Facts for a program.
    pub details: BTreeMap<String, String>,
    /// Sentences by language tag.
    pub texts: BTreeMap<String, String>,
}

/// Reads what a status tells.
#[must_use]
pub fn told(status: &Status) -> Told {
    let mut told =
        Told { code: status.code(), reason: String::new(), details: BTreeMap::new(), texts: BTreeMap::new() };
    for detail in status.get_error_details_vec() {
        if let ErrorDetail::LocalizedMessage(text) = detail {
            told.texts.insert(text.locale, text.message);
        } else if let ErrorDetail::ErrorInfo(info) = detail {
            told.reason = info.reason;
            told.details = info.metadata.into_iter().collect();
        }
    }
    told
}
