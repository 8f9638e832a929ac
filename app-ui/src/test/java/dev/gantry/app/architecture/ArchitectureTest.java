package dev.gantry.app.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.gantry.app.ui.shell.ScreenName;
import java.util.Arrays;
import picocli.CommandLine.Command;

/// The arrows between the modules and the few places that may touch the outside, each with its reason.
@AnalyzeClasses(packages = "dev.gantry", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ENGINE = "dev.gantry.engine..";
    private static final String OFFLOAD = "dev.gantry.offload..";
    private static final String ZOO = "dev.gantry.zoo..";
    private static final String LORA = "dev.gantry.lora..";
    private static final String APP = "dev.gantry.app..";
    private static final String UI = "dev.gantry.app.ui..";

    /// The package of the screen that a class belongs to; empty for every other class.
    private static String screenOf(JavaClass type) {
        return Arrays.stream(ScreenName.values())
                .map(ScreenName::key)
                .filter(key -> (type.getPackageName() + ".").startsWith("dev.gantry.app.ui." + key + "."))
                .findFirst()
                .orElse("");
    }

    private static final class ScreenSlices implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            String screen = screenOf(type);
            return screen.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(screen);
        }

        @Override
        public String getDescription() {
            return "screens";
        }
    }

    private static final class InAScreen extends DescribedPredicate<JavaClass> {
        InAScreen() {
            super("are in the package of a screen");
        }

        @Override
        public boolean test(JavaClass type) {
            return !screenOf(type).isEmpty();
        }
    }

    @ArchTest
    static final ArchRule engineKnowsNobody = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(OFFLOAD, ZOO, LORA, APP)
            .because("kernels and the decoder must run and be tested without files, plans or screens");

    @ArchTest
    static final ArchRule offloadKnowsOnlyTheEngine = noClasses()
            .that()
            .resideInAPackage(OFFLOAD)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ZOO, LORA, APP)
            .because("where bytes live must not depend on which model family or which training they belong to");

    @ArchTest
    static final ArchRule zooKnowsOnlyTheEngine = noClasses()
            .that()
            .resideInAPackage(ZOO)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(OFFLOAD, LORA, APP)
            .because("reading a model must not need the code that trains it or decides where it lies");

    @ArchTest
    static final ArchRule loraKnowsNoScreen = noClasses()
            .that()
            .resideInAPackage(LORA)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(APP)
            .because("training must run from tests, the command line, a server and the window alike");

    @ArchTest
    static final ArchRule sqlStaysInTheCatalog = noClasses()
            .that()
            .resideOutsideOfPackage("dev.gantry.zoo.catalog..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.h2..")
            .because("an interrupt inside H2 closes the database, so only the catalog's own thread may use it");

    @ArchTest
    static final ArchRule nobodyOpensASocket = noClasses()
            .that()
            .resideOutsideOfPackages("dev.gantry.zoo.hub..", "dev.gantry.app.server..")
            // asks a URLConnection for the size of a file inside a jar
            .and()
            .doNotHaveFullyQualifiedName("dev.gantry.engine.cpu.onednn.NativeLibraries")
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.net\\.(http\\..*|.*Socket.*|URLConnection|HttpURLConnection|InetAddress.*)"
                    + "|java\\.nio\\.channels\\..*(Socket|Datagram).*|javax\\.net\\..*|com\\.sun\\.net\\..*")
            .because("Gantry makes no network call unless the user asks to download or to serve")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule javaFxStaysInTheApp = noClasses()
            .that()
            .resideOutsideOfPackage(APP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javafx..", "java.awt..", "javax.swing..")
            .because("logic that needs a screen cannot be run by a command");

    @ArchTest
    static final ArchRule javaFxStaysInTheWindow = noClasses()
            .that()
            .resideOutsideOfPackage(UI)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javafx..")
            .because("what a command does too must run without a toolkit");

    @ArchTest
    static final ArchRule viewModelsTouchNoControl = noClasses()
            .that()
            .haveSimpleNameEndingWith("ViewModel")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("javafx.scene..", "javafx.stage..", "javafx.fxml..", "javafx.application..")
            .because("a view model is tested without a toolkit");

    @ArchTest
    static final ArchRule screensDoNotReachIntoEachOther = SlicesRuleDefinition.slices()
            .assignedFrom(new ScreenSlices())
            .should()
            .notDependOnEachOther()
            .because("a screen sends the user elsewhere with a Destination and knows nothing of who is there");

    @ArchTest
    static final ArchRule screensKnowTheShellAndNotTheFrame = noClasses()
            .that(new InAScreen())
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.gantry.app.ui", "dev.gantry.app.ui.frame..", "dev.gantry.app.ui.tour..")
            .because("a screen runs in a test with services of the test's own");

    @ArchTest
    static final ArchRule onlyTheCommandLinePrints = noClasses()
            .that()
            .resideOutsideOfPackage("dev.gantry.app.cli..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("standard output belongs to the commands: scripts read it");

    @ArchTest
    static final ArchRule onlyTheCommandLineEndsTheProgram = noClasses()
            .that()
            .resideOutsideOfPackage("dev.gantry.app.cli..")
            .should()
            .callMethod(System.class, "exit", int.class)
            .because("whoever calls exit decides for the window, the tests and the server too");

    @ArchTest
    static final ArchRule commandsAreWiredInOnePlace = classes()
            .that()
            .areAnnotatedWith(Command.class)
            .should()
            .resideInAPackage("dev.gantry.app.cli..")
            .because("a command is a thin skin over what the other modules do");

    @ArchTest
    static final ArchRule nobodyUsesVagueNames = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager)")
            .because("such a name says nothing about what is inside, so everything ends up there");
}
