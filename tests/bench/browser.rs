//! A browser over one connection that stays open, and how long it waits for a page.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wiez_tests::tasks::Stopwatch;

use crate::figures::PageTime;

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

/// A connection with its cookies and the token of its forms.
pub(crate) struct Browser {
    stream: TcpStream,
    host: String,
    cookie: String,
    csrf: String,
}

impl Browser {
    /// Connects.
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, host: address.to_string(), cookie: String::new(), csrf: String::new() })
    }

    /// Signs in and remembers the session and the token of its forms.
    pub(crate) async fn sign_in(&mut self, login: &str, password: &str) -> Result<()> {
        let reply = self.post("/logowanie", &[("login", login), ("haslo", password)]).await?;
        ensure!(reply.status == 303, "not signed in: {}", reply.status);
        let cookie = reply.head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("set-cookie")
                .then(|| value.trim().split(';').next().unwrap_or_default().to_owned())
        });
        self.cookie = cookie.context("no cookie")?;
        let page = self.get("/skrzynka").await?;
        ensure!(page.status == 200, "no inbox: {} {}", page.status, page.body);
        let token = page.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.context("no token")?.clone_into(&mut self.csrf);
        Ok(())
    }

    /// Asks for a page.
    pub(crate) async fn get(&mut self, path: &str) -> Result<Reply> {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", self.host, self.cookie);
        self.talk(head.as_bytes()).await
    }

    /// Searches in a list.
    pub(crate) async fn search(&mut self, path: &str, typed: &str) -> Result<Reply> {
        let csrf = self.csrf.clone();
        self.post(path, &[("csrf", &csrf), ("szukaj", typed)]).await
    }

    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let body = pairs.join("&");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.cookie,
            body.len(),
            host = self.host,
        );
        self.talk(head.as_bytes()).await
    }

    async fn talk(&mut self, request: &[u8]) -> Result<Reply> {
        self.stream.write_all(request).await?;
        let mut bytes = Vec::with_capacity(64 * 1024);
        loop {
            let read = self.stream.read_buf(&mut bytes).await?;
            ensure!(read > 0, "the connection ended: {}", String::from_utf8_lossy(&bytes));
            let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
            let length = head.lines().filter_map(|line| line.split_once(':'));
            let length = length.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
            let length: usize = length.map(|(_, value)| value.trim()).next().unwrap_or("0").parse()?;
            if bytes.len() < end + 4 + length {
                continue;
            }
            let status = head.split(' ').nth(1).context("no status")?.parse()?;
            let body = String::from_utf8_lossy(bytes.get(end + 4..).unwrap_or_default()).into_owned();
            return Ok(Reply { status, head, body });
        }
    }

    /// Asks many times; from the request to the last byte of the page, over a loopback connection.
    pub(crate) async fn times(
        &mut self,
        name: &str,
        cases: usize,
        often: usize,
        ask: impl AsyncFn(&mut Self, usize) -> Result<Reply>,
    ) -> Result<PageTime> {
        let (mut times, mut bytes) = (Vec::with_capacity(often), 0);
        for nth in 0..often {
            let watch = Stopwatch::start();
            let reply = ask(self, nth).await?;
            times.push(u64::try_from(watch.elapsed().as_micros())?);
            ensure!(reply.status == 200, "{name}: {} {}", reply.status, reply.body);
            bytes = bytes.max(reply.body.len());
        }
        Ok(PageTime::of(name, cases, bytes, times))
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
