package dev.gantry.lora.data.source;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Recognises files that hold no rows by the bytes they begin with (`man 5 magic`), and binary ones of unknown kind by
/// characters that no text has.
final class ForeignFile {
    private static final String CONVERT = "Use JSONL, JSON, CSV, TSV, Parquet or TXT.";
    private static final String UNPACK = "Unpack it and choose the file inside.";
    private static final String SAVE_AS_UTF8 = "Save it as UTF-8 and try again.";

    /// The share of control characters above which a file is no text; compressed data has a tenth.
    private static final int CONTROLS_IN_A_THOUSAND = 20;

    /// Fewer may be slips in a short text, which are reported by line.
    private static final int LEAST_CONTROLS = 4;

    /// What a file is, in words, and what to do.
    record Finding(String why, String nextStep) {}

    /// @param magic bytes at `offset`, as ISO 8859-1 characters
    private record Mark(int offset, String magic, Finding finding) {
        Mark(String magic, String what, String nextStep) {
            this(0, magic, new Finding("it is " + what, nextStep));
        }

        Mark(int offset, String magic, String what) {
            this(offset, magic, new Finding("it is " + what, CONVERT));
        }

        boolean fits(byte[] sample) {
            byte[] bytes = magic.getBytes(StandardCharsets.ISO_8859_1);
            if (sample.length < offset + bytes.length) {
                return false;
            }
            for (int i = 0; i < bytes.length; i++) {
                if (sample[offset + i] != bytes[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Mark> MARKS = List.of(
            new Mark("\u00FE\u00FF", "UTF-16 text", SAVE_AS_UTF8),
            new Mark("\u00FF\u00FE", "UTF-16 text", SAVE_AS_UTF8),
            new Mark("\u001F\u008B", "a gzip archive", UNPACK),
            new Mark("PK\u0003\u0004", "a zip archive, or a document in one", UNPACK),
            new Mark("(\u00B5/\u00FD", "a zstd archive", UNPACK),
            new Mark("BZh", "a bzip2 archive", UNPACK),
            new Mark("\u00FD7zXZ", "an xz archive", UNPACK),
            new Mark("7z\u00BC\u00AF", "a 7-zip archive", UNPACK),
            new Mark("Rar!", "a rar archive", UNPACK),
            new Mark(257, "ustar", "a tar archive"),
            new Mark(0, "\u0089PNG", "a PNG picture"),
            new Mark(0, "\u00FF\u00D8\u00FF", "a JPEG picture"),
            new Mark(0, "GIF8", "a GIF picture"),
            new Mark(8, "WEBP", "a WebP picture"),
            new Mark(0, "%PDF", "a PDF document"),
            new Mark(0, "\u00D0\u00CF\u0011\u00E0", "a document of an old office program"),
            new Mark(0, "SQLite format 3", "an SQLite database"),
            new Mark(0, "ARROW1", "an Arrow file"),
            new Mark(0, "Obj\u0001", "an Avro file"),
            new Mark(0, "ORC", "an ORC file"),
            new Mark(0, "GGUF", "a model's weights (GGUF)"),
            new Mark(4, "\0\0\0\0{\"", "a model's weights (safetensors)"),
            new Mark(0, "\u0093NUMPY", "a NumPy array"),
            new Mark(0, "\u0080\u0002", "a Python pickle"),
            new Mark(0, "\u0080\u0004\u0095", "a Python pickle"),
            new Mark(0, "\u007FELF", "a program"),
            new Mark(8, "WAVE", "a sound"),
            new Mark(0, "OggS", "a sound"),
            new Mark(0, "ID3", "a sound"),
            new Mark(4, "ftyp", "a video"));

    private ForeignFile() {}

    /// What the file is that begins with `sample`; empty when it may hold rows.
    static Optional<Finding> in(byte[] sample) {
        boolean binary = isBinary(sample);
        return MARKS.stream()
                // a text may begin with the letters of a mark
                .filter(mark -> mark.fits(sample) && (binary || !isText(mark.magic)))
                .findFirst()
                .map(Mark::finding)
                .or(() -> binary
                        ? Optional.of(new Finding("it is a binary file of an unknown kind, no text", CONVERT))
                        : Optional.empty());
    }

    private static boolean isText(String magic) {
        return magic.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    }

    private static boolean isBinary(byte[] sample) {
        int controls = 0;
        for (byte b : sample) {
            boolean blank = (b >= '\t' && b <= '\r') || b == 0x1B;
            controls += b >= 0 && b < ' ' && !blank ? 1 : 0;
        }
        return controls >= LEAST_CONTROLS && controls * 1000L > (long) CONTROLS_IN_A_THOUSAND * sample.length;
    }
}
