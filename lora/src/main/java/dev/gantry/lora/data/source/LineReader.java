package dev.gantry.lora.data.source;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Gives the good lines of a source as one stream of characters with a budget per row; a broken line becomes an
/// empty one, so that line numbers stay right, and its fault is kept.
final class LineReader extends Reader {

    /// One table row took more characters than it may; mostly a quote that is never closed.
    static final class RowTooLargeException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final LineSource lines;
    private final int maxRowCharacters;
    private final Queue<Fault> faults = new ArrayDeque<>();
    private String current = "";
    private String firstLineOfRow = "";
    private int position;
    private long budget;

    LineReader(LineSource lines, int maxRowCharacters) {
        this.lines = lines;
        this.maxRowCharacters = maxRowCharacters;
        this.budget = maxRowCharacters;
    }

    long bytesRead() {
        return lines.bytesRead();
    }

    void startRow() {
        budget = maxRowCharacters;
        firstLineOfRow = "";
    }

    String firstLineOfRow() {
        return firstLineOfRow;
    }

    @Nullable
    Fault pollFault() {
        return faults.poll();
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        if (position == current.length() && !nextLine()) {
            return -1;
        }
        int count = Math.min(length, current.length() - position);
        budget -= count;
        if (budget < 0) {
            throw new RowTooLargeException();
        }
        current.getChars(position, position + count, target, offset);
        position += count;
        return count;
    }

    private boolean nextLine() throws IOException {
        LineSource.Line line = lines.next();
        switch (line) {
            case null -> {
                return false;
            }
            case LineSource.Line.Text good -> current = good.text() + "\n";
            case LineSource.Line.Broken broken -> {
                faults.add(broken.fault());
                current = "\n";
            }
        }
        position = 0;
        if (firstLineOfRow.isEmpty()) {
            firstLineOfRow = current;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
