namespace rs users

struct User {
    1: required i64 id,
    2: required string name,
}

exception NoSuchUser {
    1: required i64 id,
}

service Users {
    User get(1: i64 id) throws (1: NoSuchUser no_such_user),
    User create(1: string name),
}
