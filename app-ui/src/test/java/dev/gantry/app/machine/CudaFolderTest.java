package dev.gantry.app.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.preferences.PreferenceStore;
import dev.gantry.app.ui.text.Texts;
import dev.gantry.engine.cuda.LibrarySearch;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CudaFolderTest {
    @TempDir
    Path folder;

    @Test
    void folderWithALibrary_alsoBelowIt_isWithoutFault() throws IOException {
        Files.createFile(
                Files.createDirectories(folder.resolve("cuda-12.9/lib64")).resolve("libnvrtc.so.12"));
        CudaFolder named = CudaFolder.ofSetting("  " + folder.resolve("cuda-12.9") + " ");

        assertThat(named.path()).isEqualTo(folder.resolve("cuda-12.9"));
        assertThat(named.fault()).isEmpty();
    }

    @Test
    void folderWithoutALibrary_isSearchedAllTheSame_andSaysSo() {
        CudaFolder named = CudaFolder.ofSetting(folder.toString());

        assertThat(named.path()).isEqualTo(folder);
        assertThat(named.fault()).isEqualTo("no library of CUDA that Gantry uses lies in " + folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib64", "../..", "~/cuda", "a\0b", "/no/such/folder", "\u202e/evil", "$(reboot)"})
    void whatIsNoFolder_isNotSearched_andSaidInBothLanguages(String written) {
        CudaFolder named = CudaFolder.ofSetting(written);

        assertThat(named.path()).isNull();
        assertThat(named.fault()).isNotEmpty();
        Texts chinese = Texts.load(Locale.CHINESE, List.of());
        assertThat(chinese.sentence(named.fault()))
                .containsPattern("\\p{IsHan}")
                .isNotEqualTo(named.fault());
    }

    @Test
    void file_isNoFolder() throws IOException {
        Path library = Files.createFile(folder.resolve("libnvrtc.so.12"));

        assertThat(CudaFolder.ofSetting(library.toString()).fault()).contains("is a file", "name the folder");
    }

    @Test
    void environmentsFolders_comeFirst_andTheirFaultsAreSaid() {
        List<CudaFolder> named = CudaFolder.named(
                Map.of(LibrarySearch.VARIABLE, folder.resolve("absent") + File.pathSeparator + folder),
                folder.toString());

        assertThat(named).extracting(CudaFolder::by).containsExactly("GANTRY_CUDA", "GANTRY_CUDA", "settings.json");
        assertThat(named.getFirst().fault()).isEqualTo("there is no folder " + folder.resolve("absent"));
        assertThat(CudaFolder.named(Map.of(), " ")).isEmpty();
    }

    @Test
    void keptFolder_isSearchedByEveryCommand_unlessItIsGone() throws IOException {
        Path home = folder.resolve("home");
        Path libraries = Files.createDirectories(folder.resolve("libraries"));
        PreferenceStore.open(PreferenceStore.fileIn(home), Runnable::run)
                .change(now -> now.withValue(CudaFolder.SETTING, libraries.toString()));

        assertThat(CudaProbe.search(home).folders()).containsSubsequence(libraries, home.resolve("cuda"));
        assertThat(new CudaProbe(home, CudaFolder.kept(home)).probe().folders())
                .extracting(CudaFolder::written)
                .contains(libraries.toString());
        Files.delete(libraries);
        assertThat(CudaProbe.search(home).folders()).doesNotContain(libraries);
    }
}
