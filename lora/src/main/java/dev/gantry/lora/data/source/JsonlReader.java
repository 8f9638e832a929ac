package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;

/// One JSON value a line; blank lines are passed over, a bad line does not hinder the next.
final class JsonlReader implements RowReader {
    private final String file;
    private final LineSource lines;
    private final JsonMapper mapper;

    JsonlReader(Path path, ReadLimits limits) throws IOException {
        this.file = String.valueOf(path.getFileName());
        this.lines = new LineSource(path, limits.maxRowBytes());
        this.mapper = JsonParsing.rowMapper(limits);
    }

    @Override
    public @Nullable RowResult next() throws IOException {
        LineSource.Line line = lines.next();
        while (line instanceof LineSource.Line.Text good && good.text().isBlank()) {
            line = lines.next();
        }
        return switch (line) {
            case null -> null;
            case LineSource.Line.Broken broken -> new RowResult.Unreadable(broken.fault());
            case LineSource.Line.Text(long number, String text) -> parse(number, text);
        };
    }

    private RowResult parse(long number, String text) {
        try {
            return new RowResult.Row(SourcePosition.line(file, number, 0), mapper.readTree(text));
        } catch (MismatchedInputException e) {
            // the only thing a tree can mismatch: a value followed by more of the line
            return bad(number, column(e), "expected the end of the line behind the first JSON value", text);
        } catch (JacksonException e) {
            return bad(number, column(e), JsonParsing.explain(e), text);
        }
    }

    private static int column(JacksonException e) {
        return e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getColumnNr());
    }

    private RowResult bad(long number, int column, String message, String text) {
        var at = SourcePosition.line(file, number, column);
        return new RowResult.Unreadable(new Fault(FaultKind.BAD_JSON, at, message, text));
    }

    @Override
    public long bytesRead() {
        return lines.bytesRead();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
