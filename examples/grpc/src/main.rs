//! Two nodes that are overloaded for a while, asked in both ways: `cargo run -p example-grpc`.

use std::error::Error;

use example_grpc::proto::GetRequest;
use example_grpc::proto::users_server::UsersServer;
use example_grpc::scripted::{Answer, Scripted};
use example_grpc::{Users, layered};
use tonic::Status;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Endpoint, Server};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let overloaded = || Answer::Fail(Status::unavailable("overloaded"));
    let nodes = [
        Scripted::new([overloaded(), overloaded()]),
        Scripted::new([overloaded()]),
    ];
    let channels = nodes.iter().map(serve).collect::<Result<_, _>>()?;

    // By an annotated method: the retries go to the other node.
    let user = Users::new(channels).get(GetRequest { id: 7 }).await?;
    println!("user {} is {}", user.id, user.name);
    for (node, name) in nodes.iter().zip(["first", "second"]) {
        for call in node.seen() {
            let before = call.previous.as_deref().unwrap_or("no");
            println!("the {name} node saw an attempt with {before} others before it");
        }
    }

    // By the generated client over a layer: no line per method.
    let third = Scripted::new([overloaded(), overloaded()]);
    let mut users = layered(serve(&third)?, CONFIG)?;
    let user = users.get(GetRequest { id: 8 }).await?.into_inner();
    println!("user {} is {}", user.id, user.name);
    println!("the third node saw {} attempts", third.seen().len());
    Ok(())
}

const CONFIG: &str = r#"{ "methodConfig": [{ "name": [{}], "retryPolicy": {
    "maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "1s",
    "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]
} }] }"#;

/// Starts a node at a free port.
fn serve(node: &Scripted) -> Result<Channel, Box<dyn Error>> {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?;
    let address = format!("http://{}", incoming.local_addr()?);
    let users = UsersServer::new(node.clone());
    tokio::spawn(
        Server::builder()
            .add_service(users)
            .serve_with_incoming(incoming),
    );
    Ok(Endpoint::from_shared(address)?.connect_lazy())
}
