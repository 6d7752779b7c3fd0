//! An SMTP server on loopback that accepts everything and keeps some mails, for the reference to send again.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

const KEPT: usize = 500;

/// An accepted mail.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipient.
    pub to: String,
    /// The message as received.
    pub message: Vec<u8>,
}

/// The SMTP server.
pub struct Sink {
    address: SocketAddr,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    count: AtomicUsize,
    prompt: AtomicBool,
    kept: Mutex<Vec<Taken>>,
}

impl Sink {
    /// Listens on a free port until the process ends.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, inner) = (listener.local_addr()?, Arc::<Inner>::default());
        let shared = inner.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let inner = shared.clone();
                // An error on one connection does not affect the others.
                tokio::spawn(async move { converse(stream, &inner).await });
            }
        });
        Ok(Self { address, inner })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The number of accepted mails.
    pub fn count(&self) -> usize {
        self.inner.count.load(Ordering::Relaxed)
    }

    /// Whether packets are acknowledged at once. lettre sends the dot that ends a message in a separate
    /// packet, and Nagle's algorithm holds it back until everything before it is acknowledged. By default, as
    /// on most servers, the kernel delays that by 40 ms, and most of the time of every mail, ours and the
    /// reference's, is this delay.
    pub fn acknowledge_at_once(&self, yes: bool) {
        self.inner.prompt.store(yes, Ordering::Relaxed);
    }

    /// The kept mails.
    pub fn kept(&self) -> Vec<Taken> {
        self.inner.kept.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn converse(stream: TcpStream, inner: &Inner) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    let (mut line, mut taken) = (Vec::new(), Taken::default());
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&line).into_owned();
        let reply: &[u8] = match text.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "MAIL" => {
                taken = Taken { from: address(&text), ..Taken::default() };
                b"250 2.1.0 sender ok\r\n"
            }
            "RCPT" => {
                taken.to = address(&text);
                b"250 2.1.5 recipient ok\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go ahead\r\n").await?;
                taken.message = message(&mut stream, inner).await?;
                inner.count.fetch_add(1, Ordering::Relaxed);
                let mut kept = inner.kept.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.len() < KEPT {
                    kept.push(std::mem::take(&mut taken));
                }
                b"250 2.0.0 taken as 4bQxYz0000000000\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 2.0.0 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 2.0.0 ok\r\n",
        };
        stream.write_all(reply).await?;
    }
}

/// Reads a message up to the dot on its own line.
async fn message(stream: &mut BufReader<TcpStream>, inner: &Inner) -> std::io::Result<Vec<u8>> {
    const END: &[u8] = b"\r\n.\r\n";
    let mut wire = Vec::new();
    while !wire.ends_with(END) {
        if stream.read_buf(&mut wire).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if inner.prompt.load(Ordering::Relaxed) {
            stream.get_ref().set_quickack(true)?;
        }
    }
    let mut message = Vec::with_capacity(wire.len());
    for line in wire[..wire.len() - 3].split_inclusive(|byte| *byte == b'\n') {
        // A dot at the start of a line is doubled in SMTP (RFC 5321, 4.5.2).
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    Ok(message)
}

fn address(command: &str) -> String {
    let inside = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
