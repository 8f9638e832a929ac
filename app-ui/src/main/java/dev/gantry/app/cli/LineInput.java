package dev.gantry.app.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/// Standard input by lines, and whether somebody waits for one: then Ctrl-C need not wait for anything to finish.
public final class LineInput {
    private final BufferedReader reader;
    private volatile boolean waiting;

    public LineInput(Reader reader) {
        this.reader = new BufferedReader(reader);
    }

    /// The next line, or null at the end of the input.
    public @Nullable String readLine() throws IOException {
        waiting = true;
        try {
            return reader.readLine();
        } finally {
            waiting = false;
        }
    }

    boolean isWaiting() {
        return waiting;
    }
}
