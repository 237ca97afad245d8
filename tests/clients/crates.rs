//! Clients that are crates; both come back by themselves.

use std::time::Duration;

use eventsource_client::Client;
use futures_util::StreamExt;
use launchdarkly_sdk_transport::HyperTransport;
use reqwest_eventsource::EventSource;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::{
    cuts::{Call, Comeback, goes_on},
    listener::{Listener, event_of},
};

#[tokio::test(flavor = "multi_thread")]
async fn reqwest_eventsource_goes_on_by_itself() {
    goes_on(Comeback::ByItself, async |call: Call| {
        let (send, heard) = mpsc::unbounded_channel();
        let request = old_reqwest::Client::new().get(call.stream).bearer_auth(call.token);
        let mut source = EventSource::new(request).unwrap();
        let listening = tokio::spawn(async move {
            // A cut is an error in between; the end would be `None`.
            while let Some(event) = source.next().await {
                if let Ok(reqwest_eventsource::Event::Message(event)) = event {
                    let line = json!({ "id": event.id, "name": event.event, "data": event.data });
                    let _ = send.send(event_of(&line));
                }
            }
        });
        Listener::new(heard, AbortOnDropHandle::new(listening))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eventsource_client_goes_on_by_itself() {
    goes_on(Comeback::ByItself, async |call: Call| {
        let (send, heard) = mpsc::unbounded_channel();
        let builder = eventsource_client::ClientBuilder::for_url(&call.stream).unwrap();
        let builder = builder.header("Authorization", &format!("Bearer {}", call.token)).unwrap();
        let transport = HyperTransport::builder().connect_timeout(Duration::from_secs(10));
        let client = builder.build_with_transport(transport.build_http().unwrap());
        let listening = tokio::spawn(async move {
            let mut events = client.stream();
            while let Some(event) = events.next().await {
                if let Ok(eventsource_client::SSE::Event(event)) = event {
                    let line = json!({ "id": event.id, "name": event.event_type, "data": event.data });
                    let _ = send.send(event_of(&line));
                }
            }
        });
        Listener::new(heard, AbortOnDropHandle::new(listening))
    })
    .await;
}
