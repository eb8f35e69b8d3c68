//! What the functions call.

use std::fmt::{Debug, Display};
use std::io;
use std::sync::{Arc, LazyLock, Mutex};

pub type R = io::Result<u64>;

pub fn n(x: u64) -> u64 {
    x
}

pub fn list() -> Vec<u8> {
    vec![1]
}

pub fn text() -> String {
    String::from("t")
}

pub fn lent(v: &mut Vec<u8>) -> &mut Vec<u8> {
    v
}

pub fn unit() {}

pub fn take_unit(_: ()) -> u64 {
    1
}

pub fn never() -> ! {
    panic!("x")
}

pub fn take_dyn(_: Box<dyn Fn(u8) -> u8 + Send>) -> u64 {
    1
}

pub fn boxed() -> Box<dyn Fn(u8) -> u8 + Send> {
    Box::new(|x| x)
}

pub fn closure() -> impl Fn(u8) -> u8 + Send {
    |x| x
}

pub fn box_closure() -> Box<impl Fn(u8) -> u8 + Send> {
    Box::new(|x| x)
}

pub fn take_slice(_: &[u8]) -> u64 {
    1
}

pub fn take_str(_: &str) -> u64 {
    1
}

pub fn take_mut(v: &mut Vec<u8>) -> u64 {
    v.push(1);
    v.len() as u64
}

pub fn take_mut_slice(v: &mut [u8]) -> u64 {
    v[0] = 1;
    1
}

pub fn generic<T: Default>(t: T, _: &T) -> T {
    t
}

pub fn show(d: &dyn Display) -> String {
    d.to_string()
}

pub const fn size(x: usize) -> usize {
    x
}

pub const fn double(x: usize) -> usize {
    x * 2
}

pub async fn get<T: Debug>(t: T) -> io::Result<T> {
    Ok(t)
}

pub async fn ask(x: u64) -> R {
    Ok(x)
}

pub async fn by_str(s: &str) -> R {
    Ok(s.len() as u64)
}

pub async fn by_slice(s: &[u8]) -> R {
    Ok(s.len() as u64)
}

pub async fn by_mut(v: &mut Vec<u8>) -> R {
    v.push(1);
    Ok(1)
}

pub async fn by_mut_slice(v: &mut [u8]) -> R {
    v[0] = 1;
    Ok(1)
}

pub async fn by_dyn(d: &(dyn Debug + Sync)) -> R {
    Ok(format!("{d:?}").len() as u64)
}

pub async fn by_box(b: Box<dyn Debug + Send>) -> R {
    Ok(format!("{b:?}").len() as u64)
}

pub const LIMIT: u64 = 1;

pub static NAME: &str = "name";

pub static TABLE: [u64; 2] = [1, 2];

pub struct Client {
    pub url: String,
    pub items: Vec<u64>,
    pub buf: Mutex<Vec<u8>>,
    pub arc: Arc<str>,
    pub opt: Option<String>,
    pub id: u64,
}

pub static CLIENT: LazyLock<Client> = LazyLock::new(|| Client {
    url: String::new(),
    items: vec![1],
    buf: Mutex::new(Vec::new()),
    arc: Arc::from("x"),
    opt: None,
    id: 1,
});
