async fn connect(address: &str) -> io::Result<TcpStream> {
    const __RETRY_MARK_RETRIED: () = ();
    use ::retry_runtime::__private as __retry;
    static __RETRY_SITE: __retry::Site = __retry::Site::new(
        __retry::concat!(__retry::module_path!(), "::connect"),
        __retry::Policy::DEFAULT
            .timeout(__retry::Duration::from_secs(2u64))
            .deadline(__retry::Duration::from_secs(10u64)),
    );
    static __RETRY_BUDGET: __retry::Budget = __retry::Budget::standard();
    let deadline = __RETRY_SITE.deadline();
    let mut call = __retry::Call::new();
    loop {
        let wait = {
            let mut cut = __retry::None;
            let limit = __RETRY_SITE.limit(deadline);
            let outcome: io::Result<TcpStream> = match __retry::Cut::new(
                __retry::Layer::new(call.is_retry(), async {
                    if let __retry::Some(outcome) = __retry::None::<io::Result<TcpStream>> {
                        return outcome;
                    }
                    match () {
                        () => {
                            use __retry::Awaitable as _;
                            __retry::Operand(TcpStream::connect(address))
                                .__retry_await()
                                .await
                        }
                    }
                }),
                limit,
                |wait| __retry::timer(__retry::sleep(wait)),
            )
            .await
            {
                __retry::Ok(outcome) => outcome,
                __retry::Err(elapsed) => {
                    cut = __retry::Some(elapsed);
                    __retry::failed(__retry::result::<io::Result<TcpStream>>(), {
                        use __retry::FromCauseMissing as _;
                        __retry::from_cause(__retry::result::<io::Result<TcpStream>>(), elapsed)
                            .error()
                    })
                }
            };
            let verdict = match __retry::error(&outcome) {
                __retry::None => {
                    (&__RETRY_BUDGET).record_success();
                    call.succeeded(&__RETRY_SITE);
                    break outcome;
                }
                __retry::Some(error) => {
                    if cut.is_some() {
                        __retry::Verdict::transient()
                    } else {
                        __retry::verdict(&*error)
                    }
                }
            };
            match call.failed(
                __retry::Failure::of(&__RETRY_SITE, verdict)
                    .error(__retry::shown!(&outcome))
                    .deadline(deadline)
                    .cut(cut)
                    .budget(&__RETRY_BUDGET),
            ) {
                __retry::Ok(wait) => wait,
                __retry::Err(_) => break outcome,
            }
        };
        if __retry::pauses(wait) {
            __retry::pause(wait, __retry::Some(&__RETRY_BUDGET)).await;
        }
    }
}
