//! Heap allocations a call: when the first attempt succeeds, and when three fail
//! without delays before one succeeds. The arguments own no memory.

use allocation_counter::measure;
use retry_benches::{Service, contenders, for_each_contender, name_for};

fn main() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()?;
    let _guard = runtime.enter();
    println!("| contender | success | failing |\n| --- | --- | --- |");
    macro_rules! allocations {
        ($($name:ident)*) => {$({
            let service = Service::default();
            let client = contenders::$name::Client::new(&service);
            let calls = |failures| {
                runtime.block_on(async {
                    // What is made once a process or thread is not a call's.
                    service.fail(failures);
                    let _ = client.at_once(1, name_for!($name)).await;
                });
                measure(|| runtime.block_on(async {
                    for id in 0..100 {
                        service.fail(failures);
                        let outcome = client.at_once(id, name_for!($name)).await;
                        assert_eq!(outcome, Ok(id + 1));
                    }
                })).count_total
            };
            #[allow(clippy::cast_precision_loss, reason = "a few thousand")]
            let a_call = |failures| calls(failures) as f64 / 100.0;
            println!("| {} | {:.2} | {:.2} |", stringify!($name), a_call(0), a_call(3));
        })*};
    }
    for_each_contender!(allocations);
    Ok(())
}
