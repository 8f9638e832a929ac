create table if not exists chats (
    id varchar(40) primary key,
    title varchar(400) not null,
    model varchar(4000) not null,
    head int not null,
    settings varchar(1000000) not null,
    created timestamp(3) with time zone not null,
    changed timestamp(3) with time zone not null
);
create table if not exists chat_messages (
    chat_id varchar(40) not null,
    number int not null,
    parent int not null,
    role varchar(20) not null,
    body varchar(1000000) not null,
    facts varchar(4000) not null,
    primary key (chat_id, number)
);
