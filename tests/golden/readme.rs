async fn connect(address: &str) -> io::Result<TcpStream> {
    use ::retry_runtime::__private::{self as __retry, Awaitable as _};
    static __RETRY_BUDGET: __retry::Budget = __retry::Budget::standard();
    static __RETRY_SITE: __retry::Site = __retry::Site::new(
        __retry::concat!(__retry::module_path!(), "::connect"),
        __retry::Policy::DEFAULT,
    );
    let mut call = __retry::Call::new();
    loop {
        let wait = {
            let outcome: io::Result<TcpStream> = __retry::Layer::new(call.is_retry(), async {
                __retry::returns!(io::Result<TcpStream>);
                (__retry::Operand(TcpStream::connect(address)).__pass()).await
            })
            .await;
            let verdict = __retry::error(&outcome).map(|error| __retry::verdict(&*error));
            let terms = __RETRY_SITE.paid_by(&__RETRY_BUDGET);
            match call.next(terms, verdict, |it| __retry::shown!(it, &outcome)) {
                __retry::Ok(wait) => wait,
                __retry::Err(_) => break outcome,
            }
        };
        __retry::pause(wait, __retry::Some(&__RETRY_BUDGET)).await;
    }
}
