package dev.gantry.lora.data.check;

import dev.gantry.lora.data.example.Example;
import dev.gantry.lora.data.source.RowResult.Row;
import java.io.IOException;

/// Takes usable examples in file order.
@FunctionalInterface
public interface ExampleSink {

    /// @param row where the example comes from; valid during the call
    void accept(Example example, Row row) throws IOException;
}
