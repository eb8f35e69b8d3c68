async fn connect(address: &str) -> io::Result<TcpStream> {
    use ::retry_runtime::__private_0_1_0::{self as __retry, Awaitable as _};
    static __RETRY_BUDGET: __retry::Budget = __retry::Budget::standard();
    static __RETRY_SITE: __retry::Site =
        __retry::Site::new(__retry::name!(), __retry::Policy::DEFAULT);
    let mut call = __retry::Call::new();
    loop {
        let wait = {
            let outcome: io::Result<TcpStream> =
                __retry::Layer::new(__RETRY_SITE.scope(call.is_retry()), async {
                    __retry::returns!(io::Result<TcpStream>);
                    (__retry::Operand(TcpStream::connect(address)).__pass()).await
                })
                .await;
            let judgement =
                __retry::error(&outcome).map(|error| __retry::by_itself(&*error, __retry::None));
            let terms = __RETRY_SITE.paid_by(&__RETRY_BUDGET);
            let __retry::Some(judgement) = judgement else {
                call.succeeded(terms);
                break outcome;
            };
            match call.failed(__retry::shown!(
                __retry::FailedAttempt::under(terms, judgement),
                &outcome
            )) {
                __retry::Ok(wait) => wait,
                __retry::Err(_) => break outcome,
            }
        };
        __retry::pause(wait, __retry::Some(&__RETRY_BUDGET)).await;
    }
}
