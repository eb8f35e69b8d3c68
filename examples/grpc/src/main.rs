//! Two nodes, the first of which is overloaded: `cargo run -p example-grpc`.

use std::error::Error;

use example_grpc::Users;
use example_grpc::proto::GetRequest;
use example_grpc::proto::users_server::UsersServer;
use example_grpc::scripted::{Answer, Scripted};
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

    let user = Users::new(channels).get(GetRequest { id: 7 }).await?;
    println!("user {} is {}", user.id, user.name);
    for (node, name) in nodes.iter().zip(["first", "second"]) {
        for call in node.seen() {
            let before = call.previous.as_deref().unwrap_or("no");
            println!("the {name} node saw an attempt with {before} others before it");
        }
    }
    Ok(())
}

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
