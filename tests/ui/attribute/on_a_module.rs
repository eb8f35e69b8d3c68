use retry_runtime::retry;

#[retry]
mod client {
    pub fn get() {}
}

fn main() {
    client::get();
}
