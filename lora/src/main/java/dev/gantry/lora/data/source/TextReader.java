package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plain text. A document longer than a piece is handed out in pieces cut at line ends; all but the last of them
/// carry `"continues": true`.
final class TextReader implements RowReader {
    /// Long enough that cuts are rare, short enough for a tokenizer.
    static final int PIECE_CHARACTERS = 1 << 18;

    private final String file;
    private final LineSource lines;
    private final TextDocuments documents;
    private final StringBuilder piece = new StringBuilder();
    private long pieceLine = 1;
    private @Nullable Fault pending;
    private boolean ended;

    TextReader(Path path, TextDocuments documents, ReadLimits limits) throws IOException {
        this.file = String.valueOf(path.getFileName());
        this.lines = new LineSource(path, limits.maxRowBytes());
        this.documents = documents;
    }

    @Override
    public @Nullable RowResult next() throws IOException {
        while (!ended && pending == null) {
            switch (lines.next()) {
                case null -> {
                    ended = true;
                    return flush(false);
                }
                case LineSource.Line.Broken broken -> pending = broken.fault();
                case LineSource.Line.Text(long number, String text) -> {
                    RowResult complete = add(number, text);
                    if (complete != null) {
                        return complete;
                    }
                }
            }
        }
        Fault fault = pending;
        pending = null;
        return fault == null ? null : new RowResult.Unreadable(fault);
    }

    /// Adds a line and returns the document or piece that it completes.
    private @Nullable RowResult add(long number, String text) {
        if (documents == TextDocuments.BLANK_LINE && text.isBlank()) {
            return flush(false);
        }
        RowResult full = piece.length() + text.length() > PIECE_CHARACTERS ? flush(true) : null;
        if (piece.isEmpty()) {
            pieceLine = number;
        }
        piece.append(text).append('\n');
        return full;
    }

    private @Nullable RowResult flush(boolean continues) {
        boolean empty = piece.toString().isBlank();
        if (empty && !continues) {
            piece.setLength(0);
        }
        if (piece.isEmpty()) {
            return null;
        }
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        if (documents == TextDocuments.BLANK_LINE && !continues) {
            piece.setLength(piece.length() - 1);
        }
        row.put("text", piece.toString());
        if (continues) {
            row.put("continues", true);
        }
        piece.setLength(0);
        return new RowResult.Row(SourcePosition.line(file, pieceLine, 0), row);
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
