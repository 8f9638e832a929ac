package dev.gantry.app.ui.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gantry.app.machine.CudaFolder;
import dev.gantry.app.machine.CudaPackages.Offer;
import dev.gantry.app.machine.CudaPackages.Source;
import dev.gantry.app.machine.MachineReport;
import dev.gantry.app.ui.FakeServices;
import dev.gantry.engine.cuda.CudaTier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaViewModelTest {
    @TempDir
    Path home;

    private final List<String> lookedAt = new ArrayList<>();

    private MachineReport.Cuda probe(String folder) {
        lookedAt.add(folder);
        return new MachineReport.Cuda(0, CudaTier.NONE, List.of(), "no driver", List.of(), List.of(), List.of());
    }

    private static String kept(FakeServices services) {
        return services.services().preferences().current().value(CudaFolder.SETTING, "");
    }

    @Test
    void folderThatIsThere_isLookedIntoOnce_andKept() throws IOException {
        Path libraries = Files.createDirectories(home.resolve("cuda-12"));
        Files.createFile(libraries.resolve("libnvrtc.so.12"));
        try (FakeServices services = new FakeServices(home)) {
            CudaViewModel model = new CudaViewModel(services.services(), this::probe);
            model.look();
            model.folderProperty().set(libraries + " ");
            model.applyFolder();
            model.applyFolder();

            assertThat(lookedAt).containsExactly("", libraries.toString());
            assertThat(kept(services)).isEqualTo(libraries.toString());
            assertThat(model.faultProperty().get()).isEmpty();
            assertThat(model.foundProperty().get()).isNotNull();
            assertThat(new CudaViewModel(services.services(), this::probe)
                            .folderProperty()
                            .get())
                    .isEqualTo(libraries.toString());

            model.folderProperty().set(" ");
            model.applyFolder();
            assertThat(services.services().preferences().current().values()).doesNotContainKey(CudaFolder.SETTING);
        }
    }

    @Test
    void whatIsNoFolder_isSaid_andTheOneBeforeStaysKept() throws IOException {
        Path libraries = Files.createDirectories(home.resolve("empty"));
        try (FakeServices services = new FakeServices(home)) {
            CudaViewModel model = new CudaViewModel(services.services(), this::probe);
            model.folderProperty().set(libraries.toString());
            model.applyFolder();
            assertThat(model.faultProperty().get()).startsWith("no library of CUDA");
            model.folderProperty().set("lib64");
            model.applyFolder();

            assertThat(model.faultProperty().get()).isEqualTo("lib64 does not begin at the root");
            assertThat(kept(services)).isEqualTo(libraries.toString());
        }
    }

    @Test
    void folder_isChosenInADialog_andCommandsAreCopied() throws IOException {
        Path libraries = Files.createDirectories(home.resolve("chosen"));
        try (FakeServices services = new FakeServices(home)) {
            services.host.chosen.add(libraries);
            CudaViewModel model = new CudaViewModel(services.services(), this::probe);
            model.chooseFolder();
            model.copy(new Offer(Source.PIP, "pip install --user nvidia-cuda-nvrtc-cu12"));

            assertThat(lookedAt).containsExactly(libraries.toString());
            assertThat(services.host.copied).containsExactly("pip install --user nvidia-cuda-nvrtc-cu12");
        }
    }
}
