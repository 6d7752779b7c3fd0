//! A small SMTP server on loopback that follows a script, connection by connection, and stores the mails it
//! receives. It records what was on the wire, so that a test can check what a real server would have seen.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use accord::{config::Config, platform::mailer::SmtpSettings};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// A point in the SMTP conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Before the greeting.
    Connect,
    Hello,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// In the middle of the message.
    Content,
    /// After the final dot, before the answer to it.
    End,
}

/// What the server does on one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// Accepts everything.
    Accept,
    /// Sends this answer, once, at this point.
    Refuse(Verb, &'static str),
    /// Says nothing at this point until `release`, then continues normally.
    Hold(Verb),
    /// Closes the connection at this point, without a word.
    Close(Verb),
    /// Accepts one mail, then closes the connection, as servers do with idle ones.
    Once,
    /// Does not support SMTPUTF8.
    NoUtf8,
}

/// A mail whose final dot arrived.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The whole MAIL line.
    pub mail: String,
    /// The whole RCPT line.
    pub rcpt: String,
    /// The message, with dot stuffing removed.
    pub bytes: Vec<u8>,
    /// Whether it was answered with 250.
    pub answered: bool,
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<VecDeque<Script>>,
    taken: Mutex<Vec<Taken>>,
    connections: Mutex<usize>,
    reached: Notify,
    go: Notify,
}

/// The server. It ends with the test's runtime.
pub struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
}

impl SmtpServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared::default());
        let all = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *all.connections.lock().expect("connections") += 1;
                let script = all.scripts.lock().expect("scripts").pop_front().unwrap_or(Script::Accept);
                tokio::spawn(converse(stream, script, all.clone()));
            }
        });
        Self { port, shared }
    }

    /// Adds a script for the next connection, after those already queued. Without one, the server accepts.
    pub fn next(&self, script: Script) {
        self.shared.scripts.lock().expect("scripts").push_back(script);
    }

    /// Waits until a held connection has reached its point.
    pub async fn reached(&self) {
        tokio::time::timeout(Duration::from_secs(20), self.shared.reached.notified())
            .await
            .expect("the conversation came so far");
    }

    /// Lets the held connection continue.
    pub fn release(&self) {
        self.shared.go.notify_one();
    }

    /// Every mail received so far, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.shared.taken.lock().expect("taken").clone()
    }

    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().expect("connections")
    }

    /// Settings that send through this server, with other timeouts up to the final dot and for the answer to
    /// it.
    pub fn settings_waiting(&self, before_dot: Duration, after_dot: Duration, config: Config) -> Config {
        let config = self.settings(config);
        Config { smtp: config.smtp.clone().map(|smtp| smtp.waiting(before_dot, after_dot)), ..config }
    }

    /// Settings that send through this server.
    pub fn settings(&self, config: Config) -> Config {
        self.settings_as("", config)
    }

    /// The same, signing in with `user:password@`.
    pub fn settings_as(&self, login: &str, config: Config) -> Config {
        let smtp = SmtpSettings::parse(&format!("smtp://{login}127.0.0.1:{}", self.port)).expect("a URL");
        Config { smtp: Some(smtp), mail_from: "crm@lumen.example".parse().expect("an address"), ..config }
    }
}

impl Taken {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).expect("a mail in UTF-8")
    }
}

struct Talk {
    stream: BufReader<TcpStream>,
    script: Script,
    shared: Arc<Shared>,
}

impl Talk {
    async fn say(&mut self, reply: &str) -> Option<()> {
        self.stream.get_mut().write_all(format!("{reply}\r\n").as_bytes()).await.ok()
    }

    async fn hear(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await {
            Ok(read) if read > 0 => Some(line),
            _ => None,
        }
    }

    /// None: close the connection here. Otherwise the answer to send instead of the normal one, if any.
    async fn at(&mut self, verb: Verb) -> Option<Option<&'static str>> {
        match self.script {
            Script::Refuse(at, reply) if at == verb => {
                self.script = Script::Accept;
                Some(Some(reply))
            }
            Script::Hold(at) if at == verb => {
                self.script = Script::Accept;
                self.shared.reached.notify_one();
                self.shared.go.notified().await;
                Some(None)
            }
            Script::Close(at) if at == verb => None,
            _ => Some(None),
        }
    }
}

async fn converse(stream: TcpStream, script: Script, shared: Arc<Shared>) -> Option<()> {
    let utf8 = script != Script::NoUtf8;
    let mut talk = Talk { stream: BufReader::new(stream), script, shared };
    let greeting = talk.at(Verb::Connect).await?;
    talk.say(greeting.unwrap_or("220 mx.example ready")).await?;
    let (mut mail, mut rcpt) = (String::new(), String::new());
    loop {
        let line = String::from_utf8(talk.hear().await?).ok()?.trim_end().to_owned();
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let verb = match word.as_str() {
            "EHLO" => Verb::Hello,
            "AUTH" => Verb::Auth,
            "MAIL" => Verb::Mail,
            "RCPT" => Verb::Rcpt,
            "DATA" => Verb::Data,
            "QUIT" => {
                talk.say("221 bye").await?;
                return None;
            }
            _ => {
                talk.say("250 fine").await?;
                continue;
            }
        };
        let said = talk.at(verb).await?;
        match verb {
            Verb::Mail => mail = line,
            Verb::Rcpt => rcpt = line,
            _ => {}
        }
        let yes = match verb {
            Verb::Hello if utf8 => "250-mx.example\r\n250-AUTH PLAIN LOGIN\r\n250-8BITMIME\r\n250 SMTPUTF8",
            Verb::Hello => "250-mx.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
            Verb::Auth => "235 2.7.0 welcome",
            Verb::Data => "354 go on",
            _ => "250 2.1.0 fine",
        };
        talk.say(said.unwrap_or(yes)).await?;
        if verb == Verb::Data && said.is_none() {
            receive(&mut talk, &mail, &rcpt).await?;
            if talk.script == Script::Once {
                return None;
            }
        }
    }
}

async fn receive(talk: &mut Talk, mail: &str, rcpt: &str) -> Option<()> {
    let mut bytes = Vec::new();
    let mut first = true;
    loop {
        let line = talk.hear().await?;
        if std::mem::take(&mut first) {
            talk.at(Verb::Content).await?;
        }
        match line.as_slice() {
            b".\r\n" => break,
            [b'.', rest @ ..] => bytes.extend_from_slice(rest),
            line => bytes.extend_from_slice(line),
        }
    }
    // From here on the sender cannot know whether the mail was accepted: it was.
    let place = {
        let mut taken = talk.shared.taken.lock().expect("taken");
        taken.push(Taken { mail: mail.to_owned(), rcpt: rcpt.to_owned(), bytes, answered: false });
        taken.len() - 1
    };
    if let Some(reply) = talk.at(Verb::End).await? {
        talk.shared.taken.lock().expect("taken").remove(place);
        return talk.say(reply).await;
    }
    talk.shared.taken.lock().expect("taken")[place].answered = true;
    talk.say("250 2.0.0 queued as 4711 for the reader").await
}
