package dev.gantry.lora.data.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Streams the elements of one JSON document: of its root array, of an array the root object holds under a usual
/// name, or the root object itself as the only row.
final class JsonDocumentReader implements RowReader {
    private static final Set<String> WRAPPERS = Set.of("data", "rows", "examples", "train", "items");

    private enum State {
        START,
        IN_ROWS,
        END
    }

    private final Path path;
    private final String file;
    private final ReadLimits limits;
    private final InputStream in;
    private final JsonParser parser;
    private final BoundedTree tree;
    private State state = State.START;

    JsonDocumentReader(Path path, ReadLimits limits) throws IOException {
        this.path = path;
        this.file = String.valueOf(path.getFileName());
        this.limits = limits;
        this.in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
        this.parser = JsonParsing.documentMapper(limits).createParser(in);
        this.tree = new BoundedTree(parser, limits);
    }

    @Override
    public @Nullable RowResult next() throws IOException {
        try {
            return switch (state) {
                case START -> start();
                case IN_ROWS -> element();
                case END -> null;
            };
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            state = State.END;
            TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
            return new RowResult.Unreadable(broken(JsonParsing.explain(e), at));
        }
    }

    private @Nullable RowResult start() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            state = State.END;
            return null;
        }
        if (first == JsonToken.START_ARRAY) {
            state = State.IN_ROWS;
            return element();
        }
        if (first == JsonToken.START_OBJECT) {
            return rootObject();
        }
        state = State.END;
        return new RowResult.Unreadable(
                broken("expected an array of rows, found " + first.name(), parser.currentTokenLocation()));
    }

    private @Nullable RowResult rootObject() throws IOException {
        SourcePosition at = position();
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_ARRAY && WRAPPERS.contains(name)) {
                state = State.IN_ROWS;
                return element();
            }
            try {
                whole.set(name, tree.read());
            } catch (BoundedTree.TooLargeException _) {
                state = State.END;
                return tooLarge(at);
            }
        }
        state = State.END;
        return new RowResult.Row(at, whole);
    }

    private @Nullable RowResult element() throws IOException {
        if (parser.nextToken() == JsonToken.END_ARRAY) {
            return end();
        }
        SourcePosition at = position();
        try {
            JsonNode value = tree.read();
            return new RowResult.Row(at, value);
        } catch (BoundedTree.TooLargeException _) {
            return tooLarge(at);
        }
    }

    private @Nullable RowResult end() throws IOException {
        state = State.END;
        boolean atRoot = parser.streamReadContext().getNestingDepth() == 0;
        if (atRoot && parser.nextToken() != null) {
            String message = "expected the end of the file behind the array of rows";
            return new RowResult.Unreadable(broken(message, parser.currentTokenLocation()));
        }
        return null;
    }

    private RowResult tooLarge(SourcePosition at) {
        String message = "the row has more than the " + limits.maxRowBytes() + " bytes or " + limits.maxRowValues()
                + " values allowed";
        return new RowResult.Unreadable(new Fault(FaultKind.TOO_LARGE, at, message, ""));
    }

    private SourcePosition position() {
        TokenStreamLocation at = parser.currentTokenLocation();
        return SourcePosition.line(file, at.getLineNr(), Math.max(0, at.getColumnNr()));
    }

    private Fault broken(String message, TokenStreamLocation at) throws IOException {
        var position = SourcePosition.line(file, Math.max(1, at.getLineNr()), Math.max(0, at.getColumnNr()));
        String full = message + "; what follows in the file is not read";
        return new Fault(FaultKind.BAD_JSON, position, full, lineAround(at));
    }

    /// The beginning of the line that `at` is in, read again from the file.
    private String lineAround(TokenStreamLocation at) throws IOException {
        long offset = at.getByteOffset();
        if (offset < 0) {
            return "";
        }
        long start = Math.max(0, offset - Math.max(0, Math.min(at.getColumnNr() - 1, 4 * Fault.EXCERPT_CHARACTERS)));
        try (RandomAccessFile again = new RandomAccessFile(path.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(8L * Fault.EXCERPT_CHARACTERS, Math.max(0, again.length() - start))];
            again.seek(start);
            again.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        }
    }

    @Override
    public long bytesRead() {
        return Math.max(0, parser.currentLocation().getByteOffset());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
