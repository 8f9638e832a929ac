package dev.gantry.lora.data.source;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Splits a UTF-8 file into lines of bounded length; a byte-order mark and carriage returns are taken off.
final class LineSource implements Closeable {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final char REPLACEMENT = '\uFFFD';

    /// A line, or the reason why there is none to give.
    sealed interface Line {
        long number();

        record Text(long number, String text) implements Line {}

        record Broken(long number, Fault fault) implements Line {}
    }

    private final String file;
    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private byte[] line = new byte[4096];
    private int lineBytes;
    private long lineNumber;
    private long bytesFilled;

    LineSource(Path path, int maxLineBytes) throws IOException {
        this.file = String.valueOf(path.getFileName());
        this.in = Files.newInputStream(path);
        this.maxLineBytes = maxLineBytes;
    }

    /// Bytes handed out as lines or being looked at.
    long bytesRead() {
        return bytesFilled - (limit - position);
    }

    @Nullable
    Line next() throws IOException {
        lineBytes = 0;
        long dropped = 0;
        boolean any = false;
        while (fill()) {
            any = true;
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            dropped += take(end - position);
            boolean ended = end < limit;
            position = ended ? end + 1 : end;
            if (ended) {
                break;
            }
        }
        if (!any) {
            return null;
        }
        lineNumber++;
        return dropped > 0 ? tooLong(dropped) : decode();
    }

    private boolean fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = Math.max(0, in.read(buffer));
            bytesFilled += limit;
        }
        return limit > 0;
    }

    /// Keeps up to `count` bytes of the line and returns how many were not kept.
    private int take(int count) {
        int kept = Math.min(count, maxLineBytes - lineBytes);
        if (line.length < lineBytes + kept) {
            line = Arrays.copyOf(line, Math.min(maxLineBytes, Math.max(lineBytes + kept, line.length * 2)));
        }
        System.arraycopy(buffer, position, line, lineBytes, kept);
        lineBytes += kept;
        return count - kept;
    }

    private Line tooLong(long dropped) {
        String start = new String(line, 0, Math.min(lineBytes, 4 * Fault.EXCERPT_CHARACTERS), StandardCharsets.UTF_8);
        String message = "the line has " + (lineBytes + dropped) + " bytes, more than the " + maxLineBytes + " allowed";
        return broken(FaultKind.TOO_LARGE, 0, message, start);
    }

    private Line decode() {
        int end = lineBytes > 0 && line[lineBytes - 1] == '\r' ? lineBytes - 1 : lineBytes;
        String text = new String(line, 0, end, StandardCharsets.UTF_8);
        int invalid = text.indexOf(REPLACEMENT);
        if (invalid >= 0 && !isUtf8(end)) {
            return broken(
                    FaultKind.BAD_ENCODING, invalid + 1, "these bytes are not UTF-8; save the file as UTF-8", text);
        }
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            String message = "a NUL character; the file is binary, or UTF-16 that should be saved as UTF-8";
            return broken(FaultKind.BAD_ENCODING, nul + 1, message, text);
        }
        boolean marked = lineNumber == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
        return new Line.Text(lineNumber, marked ? text.substring(1) : text);
    }

    /// Tells a replacement character that the author wrote from one that decoding made.
    private boolean isUtf8(int bytes) {
        try {
            var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }

    private Line broken(FaultKind kind, int column, String message, String excerpt) {
        var at = SourcePosition.line(file, lineNumber, column);
        return new Line.Broken(lineNumber, new Fault(kind, at, message, excerpt));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
