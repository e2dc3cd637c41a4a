"""The names of a made-up company: given and family names as they are borne in many places.

A name may carry its native spelling after an equals sign. Nobody in particular is meant.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Culture:
    """Names that go together. `roots` and `endings` make up further family names in the same manner."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    languages: tuple[str, ...]
    roots: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    family_first: bool = False
    """Whether the native spelling puts the family name first, without a blank."""
    feminine: tuple[tuple[str, str], ...] = field(default=())
    """Endings of family names and what women's names have instead."""


def _words(text: str) -> tuple[str, ...]:
    """Names divided by blanks; an underscore stands for a blank within one."""
    return tuple(word.replace("_", " ") for word in text.split())


def _culture(women: str, men: str, families: str, languages: str, roots: str = "", endings: str = "", **more: object) -> Culture:  # fmt: skip
    parts = map(_words, (women, men, families, languages, roots, endings))
    return Culture(*parts, **more)  # type: ignore[arg-type]  # what more there is has the types of the fields


CULTURES: dict[str, Culture] = {
    "english": _culture(
        "Alice Amelia Beatrice Charlotte Daisy Eleanor Florence Gemma Hannah Imogen Jessica Kate Lucy Megan Naomi"
        " Olivia Phoebe Rosalind Sophie Tessa Anna-Mae Mary-Jane",
        "Adam Benjamin Callum Daniel Edward Frederick George Harry Isaac Jack Kit Liam Matthew Nathaniel Oscar Patrick"
        " Ralph Samuel Thomas William Billy-Joe",
        "Archer Barker Cartwright Draper Fletcher Gardener Hale Ingram Jarvis Kemp Langley Marlowe Nightingale Osborne"
        " Palmer Quill Rowntree Sawyer Thatcher Underhill Wainwright Yates Fox-Pitt Hayes-Brown St_John D’Arcy Lee",
        "English",
        "Ash Bard Black Brad Clay Copp Den Elm Fair Good Hart Hazel Holm Kings Lark Lang Marsh Mill North Oak Penn Red"
        " Rush Sel Stan Stock Thorn Tun Whit Win Wood Wych",
        "bourne combe croft dale field ford ham hurst ley more ridge stead ton well wick wood worth",
    ),
    "gaelic": _culture(
        "Aoife Bríd Caoimhe Deirdre Eilidh Fionnuala Gráinne Iona Mairéad Niamh Órla Róisín Siobhán Sinéad Úna",
        "Aidan Brían Cormac Dáithí Eoin Fergus Hamish Iain Lachlan Niall Oisín Pádraig Ruairí Seán Tadhg",
        "Brennan Byrne Ó_Briain O’Brien O’Connor O’Dwyer O’Hara O’Neill O’Sullivan Gallagher Kavanagh Keane MacDonald"
        " MacKenzie McAllister McCarthy McGrath Mac_Giolla_Phádraig Nolan Ní_Dhomhnaill Quinn Sweeney Tierney Walsh",
        "English Irish",
        "Mac Mc O’",
        "Auley Cabe Callum Dermott Fadden Gill Guire Innes Kay Lean Mahon Nally Nulty Rory Tavish Vey Whirter",
    ),
    "french": _culture(
        "Adèle Anaïs Camille Céline Chloé Élodie Françoise Geneviève Hélène Inès Joséphine Léa Maëlle Manon Noémie"
        " Océane Solène Zoé Anne-Sophie Marie-Claude",
        "Adrien Antoine Baptiste Benoît Clément Étienne Fabrice Gaël Hugo Jérôme Loïc Mathieu Noël Olivier Rémi Sébastien"
        " Théo Valentin Jean-Luc Jean-François Pierre-Yves",
        "Aubert Beaumont Chevalier Delacroix Dubois Dupré Fabre Fontaine Garnier Girard Lacroix Lambert Laurent Lefèvre"
        " Marchand Mercier Moreau Noël Perrot Renaud Roussel Saint-Clair de_La_Fontaine d’Aubigné du_Plessis Le_Goff",
        "French English",
        "Beau Bel Bois Bon Champ Clair Font Grand Haut Mont Neuf Pré Roche Val Ville",
        "blanc clair court fort lieu mont neuve pré rive roux vert ville voisin",
    ),
    "german": _culture(
        "Annika Bettina Carla Dörte Elke Franziska Greta Heike Ingrid Jule Käthe Lieselotte Maren Nele Ottilie Petra"
        " Rosemarie Sabine Tanja Ulrike Anna-Lena",
        "Albrecht Björn Christoph Dietrich Emil Florian Götz Hartmut Ingo Jörg Klaus Lukas Malte Niklas Oskar Philipp"
        " Rüdiger Sönke Tobias Uwe Hans-Peter Karl-Heinz",
        "Bäcker Böhm Brandt Dörfler Engel Fuchs Größer Günther Herzog Jäger Köhler Krüger Löwe Möller Müller-Lüdenscheidt"
        " Neumann Pfeiffer Röder Schäfer Schröder Strauß Vögele Weiß Wölfel Zöllner von_Behren zu_Hohenfels",
        "German English",
        "Acker Birken Buchen Eichen Feld Grün Hasel Hohen Kirch Lang Linden Mühl Ober Reit Rosen Stein Tannen Wald",
        "bach bauer berger brink eck feld hoff hofer huber mann maier müller stein thal",
    ),
    "nordic": _culture(
        "Agneta Åsa Astrid Bodil Ebba Freja Gunvor Hedda Ingeborg Kerstin Linnéa Märta Ragnhild Sigrid Solveig Tuva"
        " Ylva Þóra Aino Päivi Ann-Sofie",
        "Anders Åke Bjarne Bjørn Eirik Gösta Håkon Jörgen Kåre Lars Magnus Nils Øystein Per Rune Sören Torbjörn Ulf"
        " Väinö Jón Carl-Gustaf",
        "Andersen Ås Bengtsson Björklund Dahl Ekström Eriksson Fjeld Hägglund Hansen Håkansson Jørgensen Korhonen"
        " Lindqvist Mäkinen Nygård Ødegård Öberg Pétursdóttir Sjöberg Strøm Sørensen Vinterberg Westergård af_Geijer",
        "Swedish Norwegian Danish English",
        "Ahl Ax Berg Björk Blom Ceder Dal Ed Ek Fors Grön Hag Hed Käll Lilje Lind Löf Mal Nord Ros Sand Sjö Söder Sten"
        " Strand Sund Väst Wall",
        "berg blad blom borg dahl fors gren holm kvist lund man mark ström stedt",
    ),
    "dutch": _culture(
        "Anouk Carlijn Eefje Fleur Hanneke Ilse Jantje Lotte Marijke Nienke Roos Saskia Tineke Wies",
        "Arjen Bas Cornelis Dirk Floris Gijs Hendrik Joost Koen Maarten Niels Pieter Ruben Sjoerd Wouter",
        "Bakker de_Boer de_Vries Dijkstra van_den_Berg van_der_Meer van_’t_Hof Hoekstra Jansen Kuiper Molenaar"
        " ten_Brink ter_Horst Postma Smit Verhoeven Visser Vos",
        "Dutch English German",
        "van_der_ van_den_ ter_ op_den_",
        "Aa Beek Bosch Brug Dam Dijk Eijk Heide Heuvel Hoek Kamp Linden Molen Poel Veen Velde Vliet Wal",
    ),
    "slavic": _culture(
        "Agnieszka Bożena Danuta Ewa Grażyna Halina Iwona Joanna Katarzyna Łucja Małgorzata Oksana Paulina Růžena"
        " Światosława Tereza Urszula Věra Wiesława Zofia Žaneta",
        "Andrzej Bartłomiej Czesław Dariusz Grzegorz Henryk Jiří Krzysztof Łukasz Maciej Mikołaj Ondřej Paweł Radosław"
        " Sławomir Tomáš Wojciech Zbigniew Ździsław Bohdan",
        "Bąk Brzęczyszczykiewicz Dąbrowski Dvořák Gołębiewski Horák Jabłoński Kamiński Kowalczyk Król Krzyżanowski"
        " Lewandowski Łukasiewicz Małecki Novotný Nowak Pokorný Říha Šimek Wójcik Woźniak Zając Żuraw",
        "Polish Czech English",
        "Biał Borow Brzez Czarn Dęb Grab Jasn Kalin Lipow Malin Ostr Piotr Rogal Sosn Topol Wierzb Wis Zaw",
        "ański ecki iński owicz owski ewski czyk",
        feminine=(("ski", "ska"), ("cki", "cka"), ("ný", "ná"), ("ák", "áková"), ("ý", "á")),
    ),
    "ukrainian": _culture(
        "Daryna=Дарина Halyna=Галина Iryna=Ірина Kateryna=Катерина Lesia=Леся Nadiia=Надія Oksana=Оксана"
        " Solomiia=Соломія Yaroslava=Ярослава Zlata=Злата",
        "Andrii=Андрій Bohdan=Богдан Danylo=Данило Fedir=Федір Mykola=Микола Oleksii=Олексій Petro=Петро"
        " Taras=Тарас Vasyl=Василь Yurii=Юрій",
        "Bondarenko=Бондаренко Hnatiuk=Гнатюк Kovalenko=Коваленко Lysenko=Лисенко Melnyk=Мельник Oliinyk=Олійник"
        " Petrenko=Петренко Shevchuk=Шевчук Tkachenko=Ткаченко Zinchenko=Зінченко",
        "Ukrainian English Polish",
        "Dany Ivan Kost Kuzm Lev Makar Nazar Pavl Roman Sav Step Tym Vas Yur Zakhar",
        "enko chuk iuk ets yshyn",
    ),
    "spanish": _culture(
        "Ángela Belén Concepción Dolores Esperanza Inés Itziar Lucía María_José Montserrat Nerea Paloma Rocío Sofía"
        " Ximena Yolanda",
        "Adrián Álvaro Andrés Cristóbal Efraín Gonzalo Iñigo Jesús Joaquín José_Luis Martín Óscar Ramón Raúl Sebastián"
        " Tomás",
        "Acosta Álvarez Benítez Castaño Domínguez Echeverría Fernández García Gutiérrez Ibáñez Jiménez López Márquez"
        " Muñoz Núñez Ortiz Peña Quiñones Ríos Sáenz Ureña Vázquez Yáñez Zúñiga de_la_Cruz del_Río",
        "Spanish English",
        "Agui Arre Bare Cala Esco Gara Goro Iba Mendi Oliva Saba Uga Villa Zaba",
        "bal goitia gorri lera mendi nales rreta rroa ta_y_Luna ltierra",
    ),
    "portuguese": _culture(
        "Ágata Beatriz Carolina Débora Conceição Fátima Graça Inês Joana Leonor Luísa Márcia Patrícia Raquel Tânia"
        " Vitória",
        "Afonso Álvaro Caetano Duarte Estêvão Flávio Gonçalo Henrique João Jorge Luís Mário Nuno Otávio Rúben Simão",
        "Almeida Araújo Assunção Brandão Câmara Conceição Cordeiro da_Silva dos_Santos de_Sá Estêvão Falcão Gonçalves"
        " Guimarães Leitão Magalhães Mourão Nóbrega Pinheiro Simões Távora Vilaça",
        "Portuguese English Spanish",
        "Al Bar Carv Fer Fig Lob Mat Mor Nog Oliv Per Rib Sal Teix",
        "alho ão eira eiras eiredo osa inho oso ueira",
    ),
    "italian": _culture(
        "Alessia Benedetta Chiara Donatella Eleonora Fiorella Ginevra Ilaria Ludovica Mirella Noemi Ornella Serena",
        "Alessio Brando Corrado Dante Ettore Fabrizio Giacomo Italo Jacopo Lorenzo Niccolò Ottavio Raffaele Tommaso",
        "Abate Bianchi Caruso D’Angelo De_Luca Dell’Acqua Di_Stefano Esposito Ferrara Galli Lo_Presti Mancini Nicolò"
        " Orlandi Palumbo Quaranta Riva Santoro Tedesco Villani Zanetti",
        "Italian English French",
        "Al Bar Bell Camp Cast Ferr Gal Mart Mont Pell Ross Sal Tom Zan",
        "anini ati ellini eri etti iglia ini olini oni ucci",
    ),
    "greek": _culture(
        "Aikaterini=Αικατερίνη Despina=Δέσποινα Eleni=Ελένη Ioanna=Ιωάννα Kalliopi=Καλλιόπη Theodora=Θεοδώρα",
        "Alexandros=Αλέξανδρος Dimitrios=Δημήτριος Georgios=Γεώργιος Nikolaos=Νικόλαος Spyros=Σπύρος Thanasis=Θανάσης",
        "Angelopoulos=Αγγελόπουλος Christodoulou=Χριστοδούλου Georgiou=Γεωργίου Ioannidis=Ιωαννίδης"
        " Konstantinou=Κωνσταντίνου Nikolaidis=Νικολαΐδης Papadopoulos=Παπαδόπουλος Vasileiou=Βασιλείου",
        "Greek English",
        "Anagnost Athanas Dimitr Kara Mavr Papa Stam Theodor Triant",
        "akis atos iadis idis opoulos oglou",
    ),
    "turkish": _culture(
        "Ayşe Çiğdem Defne Elif Feride Gülşah İpek Nilüfer Özge Şebnem Tuğba Zeynep",
        "Ahmet Barış Çağatay Doğan Emre Gökhan İbrahim Kağan Mehmet Oğuz Şükrü Yiğit",
        "Aydın Bozkurt Çelik Demir Doğan Ekşi Güneş İnce Kaya Koç Öztürk Şahin Taş Uçar Yıldız Yılmaz",
        "Turkish English German",
        "Ak Al Bay Boz Demir Er Gök Gün Kara Öz Sarı Taş Yıl",
        "alp baş dağ er gül han kan oğlu soy taş türk",
    ),
    "arabic": _culture(
        "Aisha Amal=أمل Dalia Fatima=فاطمة Hanan=حنان Huda=هدى Khadija Layla=ليلى Mariam=مريم Nour=نور Rania Salma=سلمى"
        " Yasmin=ياسمين Zaynab",
        "Ahmad=أحمد Bilal Faisal=فيصل Hassan=حسن Ibrahim=إبراهيم Khalid=خالد Mahmoud Nabil=نبيل Omar=عمر Rashid"
        " Samir=سمير Tariq=طارق Yusuf=يوسف Ziad",
        "Abdallah Aziz Darwish=درويش El-Amin El-Masri=المصري Farouk Haddad=حداد Hamdan=حمدان Khoury=خوري Mansour=منصور"
        " Nasser=ناصر Qasim Saleh=صالح Shaheen=شاهين Zaki",
        "Arabic English French",
        "Abu_ Al- Bin_ El- Ben_",
        "Ayoub Bakri Dabbagh Fahd Ghali Hakim Idrissi Jaber Karim Latif Mubarak Najjar Omari Rahman Sabbagh Tamimi",
    ),
    "nigerian": _culture(
        "Abímbọ́lá Adaeze Amarachi Bọ́lánlé Chiamaka Chinwe Ẹniọlá Folákẹ́ Ifeoma Ngozi Nkechi Ọmọ́tọ́lá Simisola Temitọ́pẹ́"
        " Yetunde Zainab",
        "Adébáyọ̀ Ayọ̀délé Babájídé Chidi Chukwuemeka Dàpọ̀ Emeka Fẹ́mi Ifeanyi Kẹ́hìndé Nnamdi Obinna Olúwaṣeun Táíwò Tunde"
        " Ugochukwu",
        "Abiola Adébímpé Adéyẹmí Afolábí Balógun Chukwu Eze Fashola Ibekwe Igwe Madu Nwosu Obi Ojukwu Okafor Okonkwo"
        " Olátúnjí Ọ̀ṣúndáre Sówándé Uzoma",
        "English Yoruba Igbo",
        "Ade Aki Ayo Fala Ola Olu Oye Oyin Omo Ogun Ifa",
        "bola deji femi gbade kunle lade mide niyi sanya seun tayo wale yinka",
    ),
    "indian": _culture(
        "Aaradhya Bhavana Chitra Deepika Gayatri Indira Jyotsna Kavitha Lakshmi Meenakshi Nandini Padma Radhika Sudha"
        " Usha Vaishnavi",
        "Aditya Bharat Chandrasekhar Dinesh Gopal Harish Ishaan Jagdish Karthik Manoj Naveen Pranav Raghav Srinivas"
        " Tejas Venkatesh",
        "Acharya Banerjee Bhattacharya Chatterjee Desai D’Souza Fernandes Gill Gowda Hegde Iyengar Iyer Joshi Kulkarni"
        " Menon Mukherjee Nair Patil Raghunathan Rao Reddy Sharma Subramaniam Venkataraman",
        "English Hindi Kannada Tamil",
        "Bala Chandra Deva Gopala Hari Jaya Krishna Maha Rama Shiva Sri Surya Vijaya",
        "krishnan murthy nathan raj rajan swamy sundaram varman",
    ),
    "japanese": _culture(
        "Aiko=愛子 Chihiro=千尋 Emi=恵美 Hanako=花子 Haruka=遥 Kaori=香織 Mai=舞 Nanami=七海 Sakura=桜 Yōko=洋子 Yūko=優子",
        "Daichi=大地 Hiroshi=浩 Jun’ichi=純一 Kenji=健二 Makoto=誠 Naoki=直樹 Ryō=涼 Shōta=翔太 Takumi=匠 Yūto=悠斗 Kōji=浩二",
        "Abe=阿部 Endō=遠藤 Fujii=藤井 Gotō=後藤 Hayashi=林 Itō=伊藤 Katō=加藤 Kondō=近藤 Matsuda=松田 Nakagawa=中川"
        " Ōno=大野 Saitō=斎藤 Satō=佐藤 Tanaka=田中 Ueda=上田 Watanabe=渡辺 Yamada=山田 Yoshida=吉田",
        "Japanese English",
        "Aka Fuka Hase Hira Ima Ishi Iwa Kawa Kita Matsu Mori Naka Nishi Ō Oka Sugi Taka Uchi Yama Yoko",
        "da gami hara hashi kawa moto mura naga no saka shita ta take wara yama zaki",
        family_first=True,
    ),
    "chinese": _culture(
        "Jing=静 Li=丽 Mei=梅 Na=娜 Qiong=琼 Xia=霞 Xiulan=秀兰 Yan=艳 Yifei=一菲 Yu=玉 Zhen=珍 Lin=琳 Hui=慧 Wenjing=文静"
        " Xinyi=欣怡 Yuhan=雨涵",
        "Bo=波 Chao=超 Gang=刚 Haoran=浩然 Jian=建 Lei=磊 Ming=明 Peng=鹏 Qiang=强 Tao=涛 Wei=伟 Xiaolong=小龙 Yong=勇"
        " Zhihao=志豪 Zixuan=子轩 Yichen=奕辰",
        "Chen=陈 Deng=邓 Gao=高 Guo=郭 He=何 Huang=黄 Li=李 Lin=林 Liu=刘 Luo=罗 Lü=吕 Ma=马 Sun=孙 Wang=王 Wu=吴 Xu=徐"
        " Yang=杨 Zhang=张 Zhao=赵 Zhou=周 Ouyang=欧阳 Sima=司马",
        "Mandarin English",
        family_first=True,
    ),
    "korean": _culture(
        "Eun-ji=은지 Hye-jin=혜진 Ji-woo=지우 Min-seo=민서 Seo-yeon=서연 Soo-ah=수아 Ye-rin=예린 Yu-na=유나 Da-eun=다은",
        "Dong-hyun=동현 Ha-joon=하준 Jae-won=재원 Jun-ho=준호 Min-jun=민준 Sang-woo=상우 Seung-min=승민 Tae-yang=태양 Ji-hoon=지훈",
        "Bae=배 Choi=최 Han=한 Hwang=황 Jang=장 Jeong=정 Kang=강 Kim=김 Kwon=권 Lee=이 Oh=오 Park=박 Seo=서 Shin=신 Yoon=윤",
        "Korean English",
        family_first=True,
    ),
    "vietnamese": _culture(
        "Ánh Bích Diễm Hạnh Hương Lan Linh Ngọc Phượng Quỳnh Thảo Thùy Trang Tuyết Yến",
        "Bảo Cường Đức Dũng Hải Hiếu Hùng Khánh Long Minh Nghĩa Phúc Quân Sơn Tuấn",
        "Bùi Đặng Đinh Đỗ Dương Hồ Hoàng Huỳnh Lê Lý Ngô Nguyễn Phạm Phan Trần Trịnh Võ Vũ",
        "Vietnamese English French",
    ),
    "swahili": _culture(
        "Achieng Amina Atieno Furaha Imani Jelani Makena Neema Njeri Nyambura Wanjiru Zuri",
        "Baraka Juma Kamau Kiprono Kipchoge Mwangi Ochieng Odhiambo Omondi Otieno Simba Wekesa",
        "Chebet Gathoni Kamau Karanja Kimani Kiplagat Maina Mbugua Muthoni Mutua Mwangi Ndung’u Ng’ang’a Ngugi Njoroge"
        " Nyong’o Odinga Onyango Wafula Wambui",
        "Swahili English",
        "Kip Che Mu Wa Nja Oko Ka Ki",
        "bet lagat rono ruto koech tai wanga ngugi mari tua sonye",
    ),
}
