package dev.gantry.installers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfLibraryTest {
    private static final int LOADED_AT = 64;
    private static final int SYMBOLS_AT = 96;
    private static final int SECTIONS_AT = 128;

    @TempDir
    Path folder;

    /// A library with one section that is loaded, a table of symbols, and the table of sections at its end.
    private Path library(int loadedAt, int symbolsAt) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SECTIONS_AT + 3 * 64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(0, 0x464C457F).putLong(0x28, SECTIONS_AT);
        bytes.putShort(0x3A, (short) 64).putShort(0x3C, (short) 3).putShort(0x3E, (short) 2);
        bytes.putInt(SECTIONS_AT + 64 + 4, 1)
                .putLong(SECTIONS_AT + 64 + 8, 2)
                .putLong(SECTIONS_AT + 64 + 0x18, loadedAt);
        bytes.putInt(SECTIONS_AT + 128 + 4, 2).putLong(SECTIONS_AT + 128 + 0x18, symbolsAt);
        bytes.put(LOADED_AT, (byte) 7);
        return Files.write(folder.resolve("lib.so"), bytes.array());
    }

    @Test
    void symbols_areCutOff_withTheTableThatNamesThem() throws IOException {
        Path library = library(LOADED_AT, SYMBOLS_AT);

        assertThat(new ElfLibrary(library).dropSymbols()).isEqualTo(SECTIONS_AT + 3 * 64 - SYMBOLS_AT);
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(library)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.capacity()).isEqualTo(SYMBOLS_AT);
        assertThat(bytes.get(LOADED_AT)).isEqualTo((byte) 7);
        assertThat(bytes.getLong(0x28)).isZero();
        assertThat(bytes.getShort(0x3C)).isZero();
        assertThat(new ElfLibrary(library).dropSymbols()).isZero();
    }

    @Test
    void libraryThatIsLoadedBehindItsSymbols_orIsNone_isLeftAlone() throws IOException {
        Path library = library(96, 64);
        byte[] before = Files.readAllBytes(library);

        assertThat(new ElfLibrary(library).dropSymbols()).isZero();
        assertThat(library).hasBinaryContent(before);
        Path text = Files.writeString(
                folder.resolve("text"), "# a script of some length, which is no library at all: no".repeat(2));
        assertThat(new ElfLibrary(text).dropSymbols()).isZero();
    }
}
