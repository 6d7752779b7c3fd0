//! One WebSocket connection to the server: opening it, presenting the key, reading and sending.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{ClientRequestBuilder, Error as WsError, Message, http::Uri, protocol::CloseFrame},
};

use super::{
    End,
    messages::{Heard, PROTOCOL, hello, pong},
};

/// If connecting and the acknowledgement take longer than this, the attempt has failed.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// The server sends a ping every 30 seconds. Without a sign of it for this long the connection is dead.
const SILENCE: Duration = Duration::from_secs(95);

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects, presents the key, and waits until the server acknowledges it.
pub(super) async fn connect(address: &Uri, key: &str) -> Result<Socket, End> {
    let connected = async {
        let request = ClientRequestBuilder::new(address.clone()).with_sub_protocol(PROTOCOL);
        let (mut socket, _) = connect_async(request).await.map_err(refused_handshake)?;
        send(&mut socket, &hello(key)).await?;
        loop {
            match hear(&mut socket).await? {
                Heard::ConnectionAck => return Ok(socket),
                Heard::Ping => send(&mut socket, &pong()).await?,
                _ => {}
            }
        }
    };
    timeout(HANDSHAKE, connected).await.unwrap_or_else(|_| Err(End::Broken("no answer".to_owned())))
}

/// What the HTTP answer means, when the server did not open a WebSocket.
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

pub(super) async fn send(socket: &mut Socket, message: &Value) -> Result<(), End> {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

/// The next message of the server. The library answers the pings of the WebSocket itself.
pub(super) async fn hear(socket: &mut Socket) -> Result<Heard, End> {
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

/// What the code means with which the server closed the connection.
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
