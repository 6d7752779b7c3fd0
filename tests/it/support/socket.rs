//! Clients for live updates over real connections: a WebSocket, and an event stream.

use std::{net::SocketAddr, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Message},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// A client of `graphql-transport-ws`.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connected, but not authenticated yet.
    pub async fn connect(address: SocketAddr) -> Self {
        let request = ClientRequestBuilder::new(format!("ws://{address}/graphql").parse().unwrap())
            .with_sub_protocol("graphql-transport-ws");
        Self(connect_async(request).await.unwrap().0)
    }

    pub async fn open(address: SocketAddr, key: &str) -> Self {
        let mut socket = Self::connect(address).await;
        socket
            .say(
                json!({ "type": "connection_init", "payload": { "Authorization": format!("Bearer {key}") } }),
            )
            .await;
        assert_eq!(socket.hear().await.expect("an answer")["type"], "connection_ack");
        socket
    }

    pub async fn subscribe(address: SocketAddr, key: &str, query: &str, variables: Value) -> Self {
        let mut socket = Self::open(address, key).await;
        socket.say(json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": variables } })).await;
        socket
    }

    pub async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    /// The next message, or the code the server closed with.
    pub async fn hear(&mut self) -> Result<Value, u16> {
        loop {
            let frame = timeout(PATIENCE, self.0.next()).await.expect("the server said nothing");
            match frame {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }

    /// The next event of the subscription.
    pub async fn event(&mut self, field: &str) -> Value {
        let message = self.hear().await.expect("the socket is open");
        assert_eq!(message["type"], "next", "{message}");
        assert!(message["payload"].get("errors").is_none(), "{message}");
        message["payload"]["data"][field].clone()
    }
}

/// A client of GraphQL over SSE. Its response is chunked, and each event is a chunk.
pub struct Events(BufReader<TcpStream>);

impl Events {
    pub async fn subscribe(address: SocketAddr, key: &str, query: &str, variables: &Value) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = json!({ "query": query, "variables": variables }).to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\ncontent-type: application/json\r\nauthorization: Bearer {key}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        Self(BufReader::new(stream))
    }

    /// The next event and its data; none at the end.
    pub async fn hear(&mut self) -> Option<(String, String)> {
        let (mut event, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            let read = timeout(PATIENCE, self.0.read_line(&mut line)).await.expect("the server said nothing");
            if read.ok()? == 0 {
                return None;
            }
            if let Some(name) = line.strip_prefix("event: ") {
                name.trim().clone_into(&mut event);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((event, data.trim().to_owned()));
            }
        }
    }

    /// The next event of the subscription.
    pub async fn event(&mut self, field: &str) -> Value {
        let (event, data) = self.hear().await.expect("an event");
        let answer: Value = serde_json::from_str(&data).unwrap();
        assert!(event == "next" && answer.get("errors").is_none(), "{event} {answer}");
        answer["data"][field].clone()
    }
}
