//! `accord tail`: follows a workspace's journal from a terminal, over the same subscription that dashboards use.
//!
//! Remembers the last position and resumes there after a broken connection, so that nothing is missed and nothing is
//! printed twice. One entry is one line, written at once, so that it can be piped. It knows the server only by its
//! GraphQL contract; what entries mean is the journal room's.

use std::{
    io::{self, ErrorKind, Write},
    time::Duration,
};

use anyhow::{Context, bail};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Error as WsError, Message, http::Uri, protocol::CloseFrame},
};
use url::Url;

use crate::platform::web::is_local;

const DOCUMENT: &str = "subscription($after: Int, $kinds: [String!]) { journal(after: $after, kinds: $kinds) { position entry { seq id at kind actor subject object data } } }";
/// The id of the question whether entries of the wanted kinds exist.
const KINDS: &str = "kinds";
const PROTOCOL: &str = "graphql-transport-ws";
/// The first wait before connecting again, doubled every time.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// A handshake that takes longer is given up.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// The server pings every 30 seconds; after three of these unheard the connection is dead.
const SILENCE: Duration = Duration::from_secs(95);

/// What to follow.
pub struct TailOptions {
    /// Where GraphQL is served, like `https://crm.example/graphql`.
    pub url: String,
    /// An API key.
    pub key: String,
    /// Begin after this number; none = from now on.
    pub after: Option<i64>,
    /// Print entries as JSON lines.
    pub json: bool,
    /// Only entries of these kinds; empty = all.
    pub kinds: Vec<String>,
}

/// Prints journal entries as they come, until Ctrl-C or until nobody reads the output any more.
///
/// # Errors
/// When the key is refused, the server cannot be reached at the first try, or it refuses the subscription.
pub async fn tail(options: TailOptions) -> anyhow::Result<()> {
    let mut out = io::stdout();
    tokio::select! {
        outcome = follow(&options, &mut out) => outcome,
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for Ctrl-C"),
    }
}

/// Why one connection ended.
enum End {
    /// It may work again.
    Broken(String),
    /// It will not; say so and stop.
    Refused(anyhow::Error),
    /// Nobody reads what we print.
    Unread,
}

impl From<WsError> for End {
    fn from(error: WsError) -> Self {
        Self::Broken(error.to_string())
    }
}

async fn follow(options: &TailOptions, out: &mut impl Write) -> anyhow::Result<()> {
    let address = socket_address(&options.url)?;
    if address.scheme_str() == Some("ws") && !is_local(address.host().unwrap_or_default()) {
        say("warning: the API key is sent unencrypted over http://; use https://");
    }
    let mut position = options.after;
    let (mut wait, mut connected_once) = (FIRST_WAIT, false);
    loop {
        let mut greeted = false;
        let end = match connect(&address, &options.key).await {
            Ok(mut socket) => {
                let first = !connected_once;
                (greeted, connected_once) = (true, true);
                listen(&mut socket, options, first, &mut position, out).await
            }
            Err(end) => end,
        };
        match end {
            End::Unread => return Ok(()),
            End::Refused(error) => return Err(error),
            End::Broken(why) if !connected_once => bail!("cannot follow {}: {why}", options.url),
            End::Broken(why) => {
                if greeted {
                    wait = FIRST_WAIT;
                }
                let from =
                    position.map_or_else(|| "from now on".to_owned(), |position| format!("after {position}"));
                say(&format!("the connection broke ({why}); resuming {from} in {:.1} s", wait.as_secs_f32()));
                sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command talks to its terminal")]
fn say(text: &str) {
    eprintln!("{text}");
}

/// `http(s)://…` as `ws(s)://…`.
fn socket_address(url: &str) -> anyhow::Result<Uri> {
    let mut url = Url::parse(url).context("the URL should look like https://crm.example/graphql")?;
    let scheme = match url.scheme() {
        "http" | "ws" => "ws",
        "https" | "wss" => "wss",
        _ => bail!("the URL must begin with https:// or http://"),
    };
    if url.set_scheme(scheme).is_err() {
        bail!("the URL should look like https://crm.example/graphql");
    }
    url.set_fragment(None);
    url.as_str().parse().context("the URL should look like https://crm.example/graphql")
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects, introduces itself, and waits for the acknowledgement.
async fn connect(address: &Uri, key: &str) -> Result<Socket, End> {
    let hello = async {
        let request = ClientRequestBuilder::new(address.clone()).with_sub_protocol(PROTOCOL);
        let (mut socket, _) = connect_async(request).await.map_err(refused_handshake)?;
        let init =
            json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {key}") } });
        socket.send(Message::text(init.to_string())).await?;
        loop {
            match read(&mut socket).await? {
                Heard::ConnectionAck => return Ok(socket),
                Heard::Ping => socket.send(pong()).await?,
                _ => {}
            }
        }
    };
    timeout(HANDSHAKE, hello).await.unwrap_or_else(|_| Err(End::Broken("no answer".to_owned())))
}

fn refused_handshake(error: WsError) -> End {
    match error {
        WsError::Http(response) => {
            let status = response.status();
            let may_pass = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
            match status.as_u16() {
                401 | 403 => End::Refused(anyhow::anyhow!(
                    "the server refused the connection ({status}): check the API key"
                )),
                _ if may_pass => End::Broken(format!("the server answered {status}")),
                _ => End::Refused(anyhow::anyhow!(
                    "the server answered {status}: is the URL that of its GraphQL, like https://crm.example/graphql?"
                )),
            }
        }
        other => End::from(other),
    }
}

/// What the server says.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Heard {
    ConnectionAck,
    Ping,
    Next {
        #[serde(default)]
        id: String,
        payload: Payload,
    },
    Error {
        #[serde(default)]
        id: String,
        payload: Vec<Fault>,
    },
    Complete {
        #[serde(default)]
        id: String,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Vec<Fault>,
}

#[derive(Deserialize)]
struct Data {
    journal: Step,
}

#[derive(Deserialize)]
struct Step {
    position: i64,
    #[serde(default)]
    entry: Option<Value>,
}

#[derive(Deserialize)]
struct Fault {
    message: String,
    #[serde(default)]
    extensions: Value,
}

impl Fault {
    /// Faults that pass by themselves are worth another try.
    fn end(&self) -> End {
        match self.extensions["code"].as_str() {
            Some("BUSY" | "INTERNAL" | "TIMEOUT") => End::Broken(self.message.clone()),
            Some("UNAUTHENTICATED" | "FORBIDDEN") => {
                End::Refused(anyhow::anyhow!("the key may not read the journal: {}", self.message))
            }
            _ => End::Refused(anyhow::anyhow!("the server refuses the subscription: {}", self.message)),
        }
    }
}

/// Asks for one entry of each kind, so that whoever slips in its name does not wait for ever.
fn question(kinds: &[String]) -> Value {
    let names: Vec<String> = (0..kinds.len()).map(|n| format!("$k{n}: [String!]")).collect();
    let parts: Vec<String> = (0..kinds.len())
        .map(|n| format!("k{n}: journal(first: 1, filter: {{ kinds: $k{n} }}) {{ nodes {{ seq }} }}"))
        .collect();
    let variables: serde_json::Map<String, Value> =
        kinds.iter().enumerate().map(|(n, kind)| (format!("k{n}"), json!([kind]))).collect();
    json!({ "query": format!("query({}) {{ {} }}", names.join(", "), parts.join(" ")), "variables": variables })
}

/// The kinds of which the answer shows no entry.
fn absent(kinds: &[String], answer: &Value) -> Vec<String> {
    let is_absent = |n: usize| answer[format!("k{n}")]["nodes"].as_array().is_some_and(Vec::is_empty);
    kinds.iter().enumerate().filter(|(n, _)| is_absent(*n)).map(|(_, kind)| kind.clone()).collect()
}

async fn listen(
    socket: &mut Socket,
    options: &TailOptions,
    first: bool,
    position: &mut Option<i64>,
    out: &mut impl Write,
) -> End {
    let error = async {
        let mut variables = serde_json::Map::new();
        if let Some(after) = *position {
            variables.insert("after".to_owned(), after.into());
        }
        if !options.kinds.is_empty() {
            variables.insert("kinds".to_owned(), json!(options.kinds));
        }
        let subscribe = json!({ "type": "subscribe", "id": "tail", "payload": { "query": DOCUMENT, "variables": variables } });
        socket.send(Message::text(subscribe.to_string())).await?;
        if first && !options.kinds.is_empty() {
            let ask = json!({ "type": "subscribe", "id": KINDS, "payload": question(&options.kinds) });
            socket.send(Message::text(ask.to_string())).await?;
        }
        loop {
            match read(socket).await? {
                Heard::Ping => socket.send(pong()).await?,
                Heard::Next { id, payload } if id == KINDS => {
                    for kind in absent(&options.kinds, &payload.data) {
                        say(&format!(
                            "no entry of kind {kind} exists yet: check the spelling; the first one will be shown when it is written"
                        ));
                    }
                }
                // It was only a courtesy.
                Heard::Error { id, .. } | Heard::Complete { id } if id == KINDS => {}
                Heard::Next { payload, .. } => {
                    if let Some(fault) = payload.errors.first() {
                        return Err(fault.end());
                    }
                    let Ok(Data { journal: step }) = serde_json::from_value(payload.data) else { continue };
                    // Numbers only grow; what came twice is dropped.
                    if position.is_none_or(|last| step.position > last) {
                        if let Some(entry) = &step.entry {
                            print(out, entry, options.json)?;
                        }
                        *position = Some(step.position);
                    }
                }
                Heard::Error { payload, .. } => {
                    return Err(payload
                        .first()
                        .map_or_else(|| End::Broken("an error without words".to_owned()), Fault::end));
                }
                Heard::Complete { .. } => {
                    return Err(End::Broken("the server ended the subscription".to_owned()));
                }
                Heard::ConnectionAck | Heard::Other => {}
            }
        }
    };
    let outcome: Result<std::convert::Infallible, End> = error.await;
    match outcome {
        Ok(never) => match never {},
        Err(end) => end,
    }
}

/// The next message of the protocol. Pings of the WebSocket itself are answered by the library.
async fn read(socket: &mut Socket) -> Result<Heard, End> {
    loop {
        match timeout(SILENCE, socket.next()).await {
            Err(_) => return Err(End::Broken("silence".to_owned())),
            Ok(None) => return Err(End::Broken("the server hung up".to_owned())),
            Ok(Some(message)) => match message? {
                Message::Text(text) => {
                    return serde_json::from_str(&text).map_err(|_| {
                        End::Refused(anyhow::anyhow!("the server does not speak {PROTOCOL} as we know it"))
                    });
                }
                Message::Close(frame) => return Err(closed(frame)),
                _ => {}
            },
        }
    }
}

fn closed(frame: Option<CloseFrame>) -> End {
    let Some(CloseFrame { code, reason }) = frame else {
        return End::Broken("the server hung up".to_owned());
    };
    match u16::from(code) {
        4401 | 4403 => {
            End::Refused(anyhow::anyhow!("the server refuses the key: it is unknown, expired or revoked"))
        }
        code @ (4400 | 4406 | 4409 | 4429) => {
            End::Refused(anyhow::anyhow!("the server closed with {code} ({reason}): is it another version?"))
        }
        code => End::Broken(format!("closed with {code} {reason}")),
    }
}

fn pong() -> Message {
    Message::text(json!({ "type": "pong" }).to_string())
}

/// One line, at once.
fn print(out: &mut impl Write, entry: &Value, as_json: bool) -> Result<(), End> {
    let line = if as_json { entry.to_string() } else { line(entry) };
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(End::Unread),
        Err(error) => Err(End::Refused(anyhow::Error::new(error).context("cannot write"))),
    }
}

/// `SEQ  TIME  KIND  SUBJECT-or-OBJECT`.
fn line(entry: &Value) -> String {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    let seq = entry["seq"]
        .as_i64()
        .map_or_else(|| entry["seq"].as_str().unwrap_or("?").to_owned(), |seq| seq.to_string());
    let about = text("subject").or_else(|| text("object")).unwrap_or("-");
    format!("{seq:>8}  {:<24}  {:<28}  {about}", text("at").unwrap_or("-"), text("kind").unwrap_or("-"))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tokio::net::TcpListener;
    use tokio_tungstenite::accept_hdr_async;

    use super::*;

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Paper {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn entry(seq: i64) -> Value {
        json!({ "seq": seq, "id": format!("entry_{seq}"), "at": "2026-11-23T21:00:00.000Z", "kind": "contact.created", "actor": "system", "subject": format!("contact_{seq}"), "object": null, "data": {} })
    }

    fn next(position: i64, entry: &Value) -> Message {
        Message::text(
            json!({ "type": "next", "id": "tail", "payload": { "data": { "journal": { "position": position, "entry": entry } } } }).to_string(),
        )
    }

    fn options(url: String) -> TailOptions {
        TailOptions { url, key: "k".to_owned(), after: None, json: false, kinds: vec![] }
    }

    /// A server that plays one scene per connection and tells what it was asked for.
    async fn server(scenes: Vec<Vec<Message>>) -> (String, Arc<Mutex<Vec<Value>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&asked);
        tokio::spawn(async move {
            for scene in scenes {
                let (stream, _) = listener.accept().await.unwrap();
                #[expect(clippy::result_large_err, reason = "the library's own signature")]
                let callback = |_: &tokio_tungstenite::tungstenite::handshake::server::Request,
                                mut response: tokio_tungstenite::tungstenite::handshake::server::Response| {
                    response.headers_mut().insert("sec-websocket-protocol", PROTOCOL.parse().unwrap());
                    Ok(response)
                };
                let mut socket = accept_hdr_async(stream, callback).await.unwrap();
                let init: Value =
                    serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
                assert_eq!(init["payload"]["authorization"], "Bearer k");
                socket.send(Message::text(r#"{"type":"connection_ack"}"#)).await.unwrap();
                socket.send(Message::text(r#"{"type":"ping"}"#)).await.unwrap();
                let said: Value =
                    serde_json::from_str(socket.next().await.unwrap().unwrap().to_text().unwrap()).unwrap();
                told.lock().unwrap().push(said["payload"]["variables"].clone());
                for message in scene {
                    socket.send(message).await.unwrap();
                }
                // Reads until the client has read everything and answers the close, or leaves.
                while let Ok(Some(Ok(_))) = timeout(Duration::from_millis(300), socket.next()).await {}
            }
        });
        (url, asked)
    }

    fn close(code: u16) -> Message {
        Message::Close(Some(CloseFrame { code: code.into(), reason: "".into() }))
    }

    #[tokio::test]
    async fn a_broken_connection_is_resumed_without_loss_or_repeat() {
        let refused = Message::text(
            r#"{"type":"error","id":"tail","payload":[{"message":"no more","extensions":{"code":"BAD_USER_INPUT"}}]}"#,
        );
        let (url, asked) = server(vec![
            vec![next(3, &Value::Null), next(4, &entry(4)), next(5, &entry(5)), close(1012)],
            vec![next(5, &entry(5)), next(6, &entry(6)), next(9, &Value::Null)],
            vec![refused],
        ])
        .await;
        let mut paper = Paper::default();
        let error =
            follow(&TailOptions { kinds: vec!["contact.created".to_owned()], ..options(url) }, &mut paper)
                .await
                .unwrap_err();
        assert!(error.to_string().contains("no more"), "{error}");
        let line = |n: i64| {
            format!("       {n}  2026-11-23T21:00:00.000Z  contact.created               contact_{n}")
        };
        assert_eq!(paper.text().lines().collect::<Vec<_>>(), [line(4), line(5), line(6)]);
        let kinds = json!(["contact.created"]);
        assert_eq!(
            *asked.lock().unwrap(),
            [
                json!({ "kinds": kinds }),
                json!({ "kinds": kinds, "after": 5 }),
                json!({ "kinds": kinds, "after": 9 })
            ]
        );
    }

    #[test]
    fn a_kind_of_which_there_is_no_entry_is_found_out() {
        let kinds = ["deal.moved".to_owned(), "nope.kind".to_owned()];
        let question = question(&kinds);
        assert!(
            question["query"].as_str().unwrap().contains("k1: journal(first: 1, filter: { kinds: $k1 })"),
            "{question}"
        );
        assert_eq!(question["variables"], json!({ "k0": ["deal.moved"], "k1": ["nope.kind"] }));
        assert_eq!(
            absent(&kinds, &json!({ "k0": { "nodes": [{ "seq": 3 }] }, "k1": { "nodes": [] } })),
            ["nope.kind"]
        );
        assert!(absent(&kinds, &Value::Null).is_empty(), "no answer says nothing");
    }

    #[tokio::test]
    async fn a_refused_key_ends_it_with_clear_words() {
        let (url, asked) = server(vec![vec![close(4403)]]).await;
        let error =
            follow(&TailOptions { after: Some(7), ..options(url) }, &mut Paper::default()).await.unwrap_err();
        assert!(error.to_string().contains("refuses the key"), "{error}");
        assert_eq!(*asked.lock().unwrap(), [json!({ "after": 7 })]);
    }

    #[tokio::test]
    async fn json_lines_are_the_entries() {
        let (url, _) = server(vec![vec![next(1, &entry(1)), close(4403)]]).await;
        let mut paper = Paper::default();
        follow(&TailOptions { json: true, ..options(url) }, &mut paper).await.unwrap_err();
        assert_eq!(serde_json::from_str::<Value>(paper.text().trim_end()).unwrap(), entry(1));
    }

    #[tokio::test]
    async fn a_closed_pipe_ends_it_quietly() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (url, _) = server(vec![vec![next(1, &entry(1))]]).await;
        follow(&options(url), &mut Closed).await.unwrap();
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_said_at_once() {
        let error = follow(&options("http://127.0.0.1:1/graphql".to_owned()), &mut Paper::default())
            .await
            .unwrap_err();
        assert!(error.to_string().starts_with("cannot follow http://127.0.0.1:1/graphql"), "{error}");
    }

    #[tokio::test]
    async fn an_https_address_is_spoken_to_in_tls() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/graphql", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::io::AsyncReadExt::read_u8(&mut stream).await.unwrap()
        });
        assert!(follow(&options(url), &mut Paper::default()).await.is_err());
        assert_eq!(server.await.unwrap(), 0x16, "a TLS handshake, and the key is not in it");
    }

    #[test]
    fn addresses_become_those_of_sockets() {
        assert_eq!(socket_address("https://crm.example/graphql").unwrap(), "wss://crm.example/graphql");
        assert_eq!(socket_address("http://[::1]:8080/graphql").unwrap(), "ws://[::1]:8080/graphql");
        assert!(socket_address("ftp://crm.example").is_err() && socket_address("crm.example").is_err());
    }
}
