package dev.gantry.lora.data.source;

/// Where in a file a row or a fault is.
///
/// @param file name of the file, without its folder
/// @param unit what `number` counts
/// @param number from 1
/// @param column character of the line, from 1; 0 when unknown
public record SourcePosition(String file, Unit unit, long number, int column) {

    /// What a position counts.
    public enum Unit {
        LINE,
        ROW
    }

    public static SourcePosition line(String file, long number, int column) {
        return new SourcePosition(file, Unit.LINE, number, column);
    }

    public static SourcePosition row(String file, long number) {
        return new SourcePosition(file, Unit.ROW, number, 0);
    }

    @Override
    public String toString() {
        String place = file + (unit == Unit.LINE ? " line " : " row ") + number;
        return column > 0 ? place + ", column " + column : place;
    }
}
