//! The size of the future, in bytes, and its ratio to that of the loop by hand:
//! for a tiny body, for one that holds 1 KiB while it waits, and for one that
//! makes two retried calls.

use retry_benches::{Service, contenders, for_each_contender, name_for};

#[allow(clippy::cast_precision_loss, reason = "a few kilobytes")]
fn main() {
    let service = Service::default();
    let mut by_hand: Option<[usize; 3]> = None;
    println!("| contender | tiny | 1 KiB | two calls |\n| --- | --- | --- | --- |");
    macro_rules! sizes {
        ($($name:ident)*) => {$({
            let client = contenders::$name::Client::new(&service);
            let sizes = [
                size_of_val(&client.get(1, name_for!($name))),
                size_of_val(&client.page(1, name_for!($name))),
                size_of_val(&client.both(1, name_for!($name))),
            ];
            let by_hand = by_hand.get_or_insert(sizes);
            print!("| {} |", stringify!($name));
            for (size, hand) in sizes.iter().zip(by_hand) {
                print!(" {size} {:.2} |", *size as f64 / *hand as f64);
            }
            println!();
        })*};
    }
    for_each_contender!(sizes);
}
