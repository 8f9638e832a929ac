package dev.gantry.zoo.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;

/// Makes one object of the row the result set stands at.
interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
}
