//! A minimal HTTP/1.1 client: one request after the other on one connection, responses with a
//! `content-length` only.

use anyhow::{Context, bail};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// A connection to the server.
pub struct Client(BufReader<TcpStream>, String);

impl Client {
    pub async fn connect(port: u16) -> std::io::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream), String::new()))
    }

    /// Sends this API key with every request.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.1 = format!("authorization: Bearer {key}\r\n");
        self
    }

    /// Sends one request with `caller` in `X-Forwarded-For`. Returns the status and the body.
    pub async fn send(&mut self, line: &str, caller: &str, body: &str) -> anyhow::Result<(u16, Vec<u8>)> {
        let (length, key) = (body.len(), &self.1);
        let request = format!(
            "{line} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {caller}\r\naccept: application/json\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{key}\r\n{body}"
        );
        self.0.write_all(request.as_bytes()).await?;
        let (mut status, mut length, mut text) = (0, 0, String::new());
        loop {
            text.clear();
            if self.0.read_line(&mut text).await? == 0 {
                bail!("the server closed the connection");
            }
            let header = text.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            } else if let Some(rest) = header.strip_prefix("http/1.1 ") {
                status = rest.get(..3).unwrap_or_default().parse().context("no status")?;
            } else if let Some(value) = header.strip_prefix("content-length: ") {
                length = value.parse().context("no length")?;
            } else if header.starts_with("transfer-encoding:") {
                bail!("the answer has no length");
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        Ok((status, body))
    }
}
