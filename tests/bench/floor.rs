//! What the machine can do at most: bare commits of the same bytes, a bare stream, each cryptographic step alone.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use futures_util::stream::{BoxStream, StreamExt};
use hyper::server::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use rustls::pki_types::CertificateDer;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tonic::{Request, Response, Status, Streaming};
use wiez_certs_dev::DevCa;
use wiez_proto::env::Env;
use wiez_proto::envelope::Envelope;
use wiez_proto::limits;
use wiez_proto::tls::server_config;
use wiez_proto::wire::v1::mailbox_service_server::{MailboxService, MailboxServiceServer};
use wiez_proto::wire::v1::{self, deposit_response};
use wiez_tests::member::{Member, Place};
use wiez_tests::region::{HOST, REGION};
use wiez_tests::session::{Session, channel};
use wiez_tests::tasks::spawn;

use crate::figures::{Floor, number};
use crate::hub::{Measured, say, until_closed};
use crate::load::{Sealer, Source, slots, through};

type Answers = BoxStream<'static, Result<v1::DepositResponse, Status>>;

/// Rows in one statement of the bare commits.
const ROWS: usize = 32;

/// Everything, one after another, each for about so long.
pub(crate) async fn measure(env: &Env, dir: &Path, members: [&Arc<Member>; 2], each: Duration) -> Result<Vec<Floor>> {
    let [from, to] = members;
    let samples = Sealer::new(from, &to.peer(), String::from("a checkpoint has about four hundred bytes").repeat(10))?
        .many(4000)?;
    let mut floors = cryptography(env, from, to, &samples, each)?;
    for batch in [1, 16, 64, 256] {
        let per_second = commits(env, dir, &samples, batch, each).await?;
        floors.push(Floor { name: format!("bare SQLite commits of the same bytes, {batch} a commit"), per_second });
    }
    for clients in [1, 8] {
        let per_second = streams(env, &samples, clients, each).await?;
        floors.push(Floor { name: format!("bare stream over the same TLS, {clients} senders"), per_second });
    }
    Ok(floors)
}

fn cryptography(
    env: &Env,
    from: &Arc<Member>,
    to: &Member,
    samples: &[Envelope],
    each: Duration,
) -> Result<Vec<Floor>> {
    let (sender, key) = (from.peer(), from.signing.public());
    let mut sealer = Sealer::new(from, &to.peer(), String::new())?;
    let wires: Vec<v1::Envelope> = samples.iter().map(Envelope::to_wire).collect();
    let verify = |at: usize| -> Result<()> {
        let envelope = Envelope::parse(wires.get(at % wires.len()).context("no sample")?.clone())?;
        envelope.verify(&key, from.bound())?;
        Ok(())
    };
    let open = |at: usize| -> Result<()> {
        to.open(&sender, wires.get(at % wires.len()).context("no sample")?.clone())?;
        Ok(())
    };
    let seal = |_| -> Result<()> {
        sealer.seal()?;
        Ok(())
    };
    Ok(vec![
        Floor { name: "parse and verify, one core".to_owned(), per_second: rate(env, each, verify)? },
        Floor { name: "seal and sign, one core".to_owned(), per_second: rate(env, each, seal)? },
        Floor { name: "verify and open, one core".to_owned(), per_second: rate(env, each, open)? },
    ])
}

fn rate(env: &Env, each: Duration, mut step: impl FnMut(usize) -> Result<()>) -> Result<f64> {
    let start = env.elapsed();
    let mut done = 0;
    while env.elapsed().saturating_sub(start) < each {
        step(done)?;
        done += 1;
    }
    Ok(number(done as u64) / env.elapsed().saturating_sub(start).as_secs_f64())
}

/// Durable commits of the same parts with as few statements as SQLite allows, one connection.
async fn commits(env: &Env, dir: &Path, samples: &[Envelope], batch: usize, each: Duration) -> Result<f64> {
    let file = dir.join(format!("floor-{batch}.db"));
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    let mut conn = options.connect().await?;
    sqlx::query("CREATE TABLE mail (id INTEGER PRIMARY KEY, hash BLOB, header BLOB, wrap BLOB, body BLOB)")
        .execute(&mut conn)
        .await?;
    let start = env.elapsed();
    let mut done = 0;
    while env.elapsed().saturating_sub(start) < each {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut conn).await?;
        let mut left = batch;
        while left > 0 {
            let rows = left.min(ROWS);
            insert(&mut conn, samples, done, rows).await?;
            (left, done) = (left - rows, done + rows);
        }
        sqlx::query("COMMIT").execute(&mut conn).await?;
    }
    let per_second = number(done as u64) / env.elapsed().saturating_sub(start).as_secs_f64();
    drop(conn);
    std::fs::remove_file(&file)?;
    Ok(per_second)
}

async fn insert(conn: &mut SqliteConnection, samples: &[Envelope], from: usize, rows: usize) -> Result<()> {
    let mut statement = sqlx::QueryBuilder::<sqlx::Sqlite>::new("INSERT INTO mail (hash, header, wrap, body) ");
    let some = (from..from + rows).filter_map(|at| samples.get(at % samples.len()));
    statement.push_values(some, |mut row, envelope| {
        row.push_bind(envelope.hash().bytes().to_vec())
            .push_bind(envelope.parts().header.to_vec())
            .push_bind(envelope.wrap().to_vec())
            .push_bind(envelope.ciphertext().to_vec());
    });
    let written = statement.build().execute(conn).await?.rows_affected();
    ensure!(written == rows as u64, "{written} rows of {rows}");
    Ok(())
}

/// Messages a second through a handler that does nothing.
async fn streams(env: &Env, samples: &[Envelope], clients: usize, each: Duration) -> Result<f64> {
    let mut echo = Measured::start(&["--as-echo"])?;
    let ca = DevCa::from_pem(REGION, &pem(&mut echo)?, &pem(&mut echo)?, env.now_ms())?;
    let place = Place { host: HOST.to_owned(), dial: echo.address };
    let mut sessions = Vec::new();
    for number in 0..clients {
        let tls = ca.hostile_client(env, &ca.issue(&format!("m-{number}"))?)?;
        sessions.push(Session::new(channel(tls, &place).await?));
    }
    let start = env.elapsed();
    let mut done = 0;
    while env.elapsed().saturating_sub(start) < each {
        let all = sessions.iter().map(|session| {
            let source = Source::Ready(None, samples.to_vec());
            through(env, session, source, None, slots(samples.len()))
        });
        try_join_all(all).await?;
        done += clients * samples.len();
    }
    Ok(number(done as u64) / env.elapsed().saturating_sub(start).as_secs_f64())
}

/// A PEM text comes as one line.
fn pem(echo: &mut Measured) -> Result<String> {
    Ok(echo.line()?.replace('|', "\n"))
}

/// The role of the echo: the hub's TLS, HTTP/2 and messages around a handler that does nothing.
pub(crate) async fn serve() -> Result<()> {
    let env = Env::system();
    let ca = DevCa::new(REGION, env.now_ms())?;
    let tls = server_config(&env, &ca.server(&[HOST])?.identity(), &CertificateDer::from(ca.ca_der().to_vec()), None)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    for line in [listener.local_addr()?.to_string(), ca.ca_pem().to_owned(), ca.key_pem()] {
        say(&line.replace('\n', "|"))?;
    }
    spawn(accept(listener, TlsAcceptor::from(tls)));
    until_closed().await
}

async fn accept(listener: TcpListener, tls: TlsAcceptor) -> Result<()> {
    loop {
        let (tcp, _) = listener.accept().await?;
        tcp.set_nodelay(true)?;
        let tls = tls.clone();
        spawn(async move {
            let service = MailboxServiceServer::new(Echo).max_decoding_message_size(limits::MAX_WIRE_BYTES);
            let mut http = http2::Builder::new(TokioExecutor::new());
            http.initial_stream_window_size(1024 * 1024).initial_connection_window_size(4 * 1024 * 1024);
            let stream = TokioIo::new(tls.accept(tcp).await?);
            anyhow::Ok(http.serve_connection(stream, TowerToHyperService::new(service)).await?)
        });
    }
}

/// Says "accepted" to everything and keeps nothing.
struct Echo;

#[tonic::async_trait]
impl MailboxService for Echo {
    type DepositStream = Answers;
    type CollectStream = BoxStream<'static, Result<v1::CollectResponse, Status>>;

    async fn deposit(&self, request: Request<Streaming<v1::DepositRequest>>) -> Result<Response<Answers>, Status> {
        let answers = request.into_inner().map(|request| {
            let envelope_hash = request?.envelope.unwrap_or_default().signature.slice(..32);
            let outcome = Some(deposit_response::Outcome::Accepted(v1::HubReceipt::default()));
            Ok(v1::DepositResponse { envelope_hash, outcome })
        });
        Ok(Response::new(answers.boxed()))
    }

    async fn deposit_one(&self, _: Request<v1::DepositOneRequest>) -> Result<Response<v1::DepositOneResponse>, Status> {
        Err(Status::unimplemented("echo"))
    }

    async fn collect(
        &self,
        _: Request<Streaming<v1::CollectRequest>>,
    ) -> Result<Response<Self::CollectStream>, Status> {
        Err(Status::unimplemented("echo"))
    }

    async fn acknowledge(
        &self,
        _: Request<v1::AcknowledgeRequest>,
    ) -> Result<Response<v1::AcknowledgeResponse>, Status> {
        Err(Status::unimplemented("echo"))
    }

    async fn channels(&self, _: Request<v1::ChannelsRequest>) -> Result<Response<v1::ChannelsResponse>, Status> {
        Err(Status::unimplemented("echo"))
    }
}
