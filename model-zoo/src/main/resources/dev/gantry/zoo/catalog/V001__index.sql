create table if not exists models (
    name varchar(200) primary key,
    folder varchar(4000) not null,
    family varchar(100) not null,
    parameters bigint not null,
    dtype varchar(20) not null,
    size_bytes bigint not null,
    imported timestamp(3) with time zone not null
);
create table if not exists adapters (
    name varchar(200) primary key,
    folder varchar(4000) not null,
    base_model varchar(200) not null,
    rank int not null,
    made timestamp(3) with time zone not null
);
create table if not exists datasets (
    name varchar(200) primary key,
    file varchar(4000) not null,
    format varchar(100) not null,
    row_count bigint not null,
    added timestamp(3) with time zone not null
);
create table if not exists runs (
    id varchar(200) primary key,
    folder varchar(4000) not null,
    stage varchar(100) not null,
    model varchar(4000) not null,
    state varchar(20) not null,
    changed timestamp(3) with time zone not null,
    events_read_bytes bigint not null
);
create table if not exists metrics (
    run_id varchar(200) not null,
    step bigint not null,
    name varchar(100) not null,
    metric_value double precision not null,
    primary key (run_id, name, step)
);
