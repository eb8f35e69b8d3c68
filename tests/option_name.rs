//! `name`: what logs and metrics call the function. It changes nothing else.

mod support;

use retry_runtime::{Budget, retry};
use support::{Calls, Fault};

#[retry(name = "users.get")]
async fn named(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry(name = r"{users} \ get", sleep = support::skip)]
fn sync(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

#[retry]
async fn r#move(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

const NAME: &str = "users.list";

#[retry(name = NAME)]
async fn by_constant(calls: &Calls) -> Result<u32, Fault> {
    calls.fail()
}

struct Client {
    name: &'static str,
    calls: Calls,
    budget: Budget,
}

impl Client {
    #[retry(name = self.name)]
    async fn get(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(name = self.name, budget = &self.budget, max = self.calls.count() + 3)]
    async fn get_paid(&mut self) -> Result<u32, Fault> {
        self.calls.fail()
    }

    #[retry(name = { self.calls.count(); self.name }, hedge = 1s)]
    async fn get_hedged(&self) -> Result<u32, Fault> {
        self.calls.fail()
    }
}

#[async_trait::async_trait]
impl Get for Client {
    #[retry(name = self.name)]
    async fn get(&self, id: u32) -> Result<u32, Fault> {
        self.calls.fail().map(|number| number + id)
    }
}

#[async_trait::async_trait]
trait Get {
    async fn get(&self, id: u32) -> Result<u32, Fault>;
}

#[tokio::test(start_paused = true)]
async fn so_does_one_that_an_expression_says() {
    assert_eq!(by_constant(&Calls::new()).await, Err(Fault::Down(4)));
    let client = || Client {
        name: "users.get",
        calls: Calls::new(),
        budget: Budget::standard(),
    };
    assert_eq!(client().get().await, Err(Fault::Down(4)));
    assert_eq!(client().get_paid().await, Err(Fault::Down(4)));
    assert_eq!(client().get_hedged().await, Err(Fault::Down(4)));
    assert_eq!(Get::get(&client(), 1).await, Err(Fault::Down(4)));
}

#[tokio::test(start_paused = true)]
async fn a_name_changes_nothing_about_the_call() {
    assert_eq!(named(&Calls::new()).await, Err(Fault::Down(4)));
    assert_eq!(sync(&Calls::new()), Err(Fault::Down(4)));
    assert_eq!(r#move(&Calls::new()).await, Err(Fault::Down(4)));
}
