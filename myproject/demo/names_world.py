"""Names of the rest of the world for the demo company, in the notation of `names_europe`."""

from __future__ import annotations

from .culture import Culture

BRAZILIAN = Culture(
    women="""Adriana Aline Amanda Ana_Beatriz Ana_Clara Beatriz Bianca Bruna Camila Carolina Cecília Débora Eduarda Fabiana
        Fernanda Flávia Gabriela Giovana Helena Heloísa Isabela Isadora Jéssica Joana Júlia Juliana Larissa Letícia Lívia
        Luana Luciana Luísa Marcela Maria_Clara Maria_Eduarda Mariana Marina Natália Patrícia Paula Priscila Rafaela Raquel
        Renata Sabrina Simone Sofia Tatiana Thaís Vanessa Vitória Yasmin""",
    men="""Alexandre Anderson André Antônio Arthur Bernardo Bruno Caio Carlos_Eduardo César Cláudio Daniel Davi Diego Edson
        Eduardo Fábio Felipe Fernando Flávio Gabriel Guilherme Gustavo Heitor Henrique Hugo Igor João_Pedro João_Vitor
        Joaquim José Júlio Leandro Leonardo Lucas Luciano Luiz_Felipe Marcelo Márcio Marcos Mateus Maurício Murilo Otávio
        Paulo Pedro_Henrique Rafael Renato Ricardo Rodrigo Rogério Samuel Sérgio Thiago Tomás Vinícius Vítor Wagner""",
    families="""Albuquerque Almeida Alves Amaral Andrade Antunes Aragão Araújo Azevedo Barbosa Barros Bastos Batista Borges
        Brandão Campos Cardoso Carneiro Carvalho Cavalcante Coelho Correia Costa Cunha da_Costa da_Silva Dias do_Nascimento
        dos_Santos Duarte Farias Fernandes Ferreira Figueiredo Fonseca Freitas Gomes Gonçalves Guimarães Lacerda Leal Leite
        Lima Lopes Macedo Machado Magalhães Maia Marques Martins Medeiros Melo Mendes Menezes Miranda Monteiro Moraes Moreira
        Moura Nogueira Novaes Nunes Oliveira Pacheco Pereira Pessoa Pinheiro Pinto Pires Prado Queiroz Ramos Rezende Ribeiro
        Rocha Rodrigues Sampaio Santana Santos Siqueira Soares Souza Tavares Teixeira Torres Vasconcelos Vaz Viana Vieira""",
    short={
        "Guilherme": "Gui",
        "Gabriela": "Gabi",
        "Fernanda": "Nanda",
        "Maria Eduarda": "Duda",
        "Leonardo": "Leo",
        "Carlos Eduardo": "Cadu",
        "Rafaela": "Rafa",
        "Antônio": "Toninho",
        "Rodrigo": "Digo",
        "Isabela": "Bela",
    },
    two_families=0.35,
    language="Portuguese",
)

NIGERIAN = Culture(
    women="""Abimbola Abosede Adaeze Adaobi Adebola Adesuwa Adunni Aisha Amara Amarachi Aminat Anuli Ayodele Ayọmide Bisi
        Blessing Chiamaka Chidinma Chinelo Chioma Chinyere Damilola Ebele Efe Ekaette Esosa Folake Folasade Funmilayo Hadiza
        Halima Ifeoma Ijeoma Ife Kehinde Kelechi Kemi Lola Maryam Mfon Morenike Ngozi Nkechi Nneka Nnenna Obiageli Ọlámidé
        Olufunke Omolara Onyinye Osaretin Oyin Ronke Safiya Temitope Titilayo Tolu Uche Uju Yetunde Zainab""",
    men="""Abdulkareem Adebayo Adekunle Ademola Afolabi Ahmed Akin Akintunde Aliyu Aminu Ayo Azubuike Babajide Babatunde
        Bamidele Bayo Chibueze Chidi Chidozie Chike Chinedu Chinonso Chukwuemeka Dapo Dayo Ebuka Ehioze Ekene Emeka Etim
        Femi Folarin Gbenga Ibrahim Ifeanyi Ikechukwu Ikenna Jide Kayode Kelechi Kunle Mukhtar Musa Nnamdi Obinna Oche
        Ọládipọ̀ Olumide Oluseun Oluwaseun Onyekachi Osagie Rotimi Sani Segun Seyi Sule Tobechukwu Tunde Uchenna Usman Wale
        Yakubu Yemi""",
    families="""Abiodun Abubakar Achebe Adebayo Adegoke Adeleke Adeniyi Adeoye Adesanya Adewale Afolayan Agbaje Agu Ajayi
        Akande Akinola Akpan Alabi Aliyu Amadi Aniekwu Anozie Anyanwu Asemota Ayodele Azikiwe Babangida Bakare Balogun Bassey
        Bello Chukwu Danjuma Dike Ebong Edet Effiong Egbuna Ekpo Ekwueme Eze Ezenwa Fashola Fagbemi Garba Gbadamosi Ibekwe
        Idowu Igwe Ikpeba Iroegbu Iwu Kalu Ladipo Lawal Maduka Mbah Mohammed Njoku Nnadi Nwachukwu Nwankwo Nwosu Obaseki Obi
        Obiora Odukoya Ogbonna Ogundipe Ogunleye Ojo Okafor Okeke Okonjo Okonkwo Okoro Okoye Okpara Olatunji Oluwole Omotosho
        Onuoha Onyeama Orji Osagie Osunde Oyelaran Oyewole Sanusi Shonibare Soyinka Suleiman Ugwu Umar Usman Uzoma Williams
        Yusuf""",
    short={
        "Oluwaseun": "Seun",
        "Funmilayo": "Funmi",
        "Chukwuemeka": "Emeka",
        "Babatunde": "Tunde",
        "Temitope": "Temi",
        "Titilayo": "Titi",
        "Tobechukwu": "Tobe",
        "Damilola": "Dami",
        "Chidinma": "Chi-Chi",
        "Folasade": "Sade",
    },
    sound={
        "Adaeze": "ah-DAH-eh-zeh",
        "Chidi": "CHEE-dee",
        "Ngozi": "n-GO-zee",
        "Nkechi": "n-KEH-chee",
        "Oluwaseun": "oh-loo-wah-SHEH-oon",
        "Ifeoma": "ee-feh-OH-ma",
        "Uche": "OO-cheh",
        "Nneka": "n-NEH-ka",
        "Ọlámidé": "aw-LAH-mee-deh",
        "Folake": "faw-LAH-keh",
        "Ijeoma": "ee-JOH-ma",
    },
    hyphen=0.05,
    language="Yoruba",
)

EAST_AFRICAN = Culture(
    women="""Achieng Akinyi Amina Atieno Awino Chebet Eunice Faith Fatuma Gathoni Grace Jebet Kendi Lilian Makena Mercy Moraa
        Muthoni Mwende Nafula Nanjala Njeri Nyambura Nyawira Rehema Salome Wairimu Wambui Wangari Wanjiku Zawadi Zuhura""",
    men="""Abdi Barasa Brian Daudi Dennis Hamisi Juma Kamau Kariuki Kevin Kiprono Kipchoge Kiptoo Kimani Kioko Maina Mutiso
        Mutua Mwangi Mwenda Ndirangu Njoroge Ochieng Odhiambo Omondi Onyango Otieno Peter Rashid Samuel Simba Wafula
        Wekesa""",
    families="""Abdalla Barasa Chege Cheruiyot Gachanja Gichuhi Githinji Juma Kamau Karanja Kariuki Keter Kiarie Kibet Kimani
        Kinyanjui Kipkemboi Kiplagat Kirui Koech Langat Macharia Maina Makokha Mbugua Mugo Muli Munyao Musyoka Mutai Mutua
        Mwangi Mwaura Nderitu Ndung'u Ng'ang'a Ngugi Njenga Njuguna Nyaga Nyong'o Ochieng Odhiambo Odinga Ogola Okello Okoth
        Oloo Omondi Onyango Opiyo Otieno Ouma Owuor Rotich Ruto Wafula Wainaina Wanjala Wanyama""",
    sound={"Ng'ang'a": "NGAH-nga", "Njeri": "n-JEH-ree", "Nyambura": "nyam-BOO-ra"},
    language="Swahili",
)

ARABIC = Culture(
    women="""Abeer/عبير Aisha/عائشة Amal/أمل Amira/أميرة Asma/أسماء Dalal/دلال Dima/ديمة Farah/فرح Fatima/فاطمة Ghada/غادة
        Hala/هالة Hanan/حنان Hiba/هبة Huda/هدى Iman/إيمان Jumana/جمانة Khadija/خديجة Lamia/لمياء Layla/ليلى Lina/لينا
        Maha/مها Manal/منال Mariam/مريم May/مي Mona/منى Nada/ندى Nadia/نادية Nawal/نوال Nour/نور Rana/رنا Rania/رانيا
        Reem/ريم Salma/سلمى Samira/سميرة Sana/سناء Shahd/شهد Yasmin/ياسمين Zahra/زهراء Zainab/زينب""",
    men="""Abdullah/عبد_الله Adel/عادل Ahmad/أحمد Ali/علي Amir/أمير Anas/أنس Bilal/بلال Faisal/فيصل Fares/فارس Hamza/حمزة
        Hassan/حسن Hisham/هشام Ibrahim/إبراهيم Imad/عماد Jamal/جمال Karim/كريم Khaled/خالد Mahmoud/محمود Majid/ماجد
        Mazen/مازن Mohammed/محمد Mustafa/مصطفى Nabil/نبيل Nasser/ناصر Omar/عمر Rami/رامي Samir/سمير Sami/سامي Tarek/طارق
        Walid/وليد Yahya/يحيى Yasser/ياسر Yousef/يوسف Ziad/زياد""",
    families="""Abboud/عبود Al-Amin/الأمين Al-Farsi/الفارسي Al-Hakim/الحكيم Al-Khatib/الخطيب Al-Masri/المصري
        Al-Najjar/النجار Al-Sabbagh/الصباغ Al-Sayed/السيد Al-Tamimi/التميمي Awad/عوض Barakat/بركات Bennani/بناني
        Bouzid/بوزيد Chahine/شاهين Darwish/درويش Dabbagh/دباغ El_Idrissi/الإدريسي El_Mansouri/المنصوري Fadel/فاضل
        Farouk/فاروق Ghanem/غانم Habib/حبيب Haddad/حداد Hamdan/حمدان Jaber/جابر Kanaan/كنعان Kassem/قاسم Khoury/خوري
        Mansour/منصور Masoud/مسعود Nasr/نصر Qasim/قاسم Rahal/رحال Saad/سعد Saleh/صالح Salloum/سلوم Shahin/شاهين
        Suleiman/سليمان Touma/توما Yassin/ياسين Zaki/زكي Ziyad/زياد""",
    language="Arabic",
)

PERSIAN = Culture(
    women="""Anahita/آناهیتا Arezoo/آرزو Azadeh/آزاده Bahar/بهار Elham/الهام Farideh/فریده Farzaneh/فرزانه Golnaz/گلناز
        Jaleh/ژاله Laleh/لاله Mahnaz/مهناز Mahsa/مهسا Maryam/مریم Mina/مینا Nasrin/نسرین Nazanin/نازنین Niloufar/نیلوفر
        Pari/پری Parisa/پریسا Roya/رویا Sahar/سحر Shabnam/شبنم Shirin/شیرین Simin/سیمین Soraya/ثریا Yasaman/یاسمن""",
    men="""Amin/امین Arash/آرش Ardeshir/اردشیر Armin/آرمین Babak/بابک Bahram/بهرام Behrouz/بهروز Dariush/داریوش Ehsan/احسان
        Farhad/فرهاد Farshid/فرشید Hooman/هومن Iraj/ایرج Jamshid/جمشید Kamran/کامران Kaveh/کاوه Keyvan/کیوان Mehdi/مهدی
        Mehrdad/مهرداد Navid/نوید Nima/نیما Omid/امید Parviz/پرویز Pouya/پویا Ramin/رامین Reza/رضا Saeed/سعید Siavash/سیاوش
        Sohrab/سهراب""",
    families="""Ahmadi/احمدی Amini/امینی Ansari/انصاری Ashrafi/اشرفی Azari/آذری Bahrami/بهرامی Darabi/دارابی
        Ebrahimi/ابراهیمی Esfahani/اصفهانی Farahani/فراهانی Ghasemi/قاسمی Hashemi/هاشمی Hosseini/حسینی Jafari/جعفری
        Karimi/کریمی Kazemi/کاظمی Kermani/کرمانی Khorasani/خراسانی Mahdavi/مهدوی Moradi/مرادی Mousavi/موسوی Najafi/نجفی
        Nouri/نوری Rahimi/رحیمی Rostami/رستمی Sadeghi/صادقی Shirazi/شیرازی Tabrizi/تبریزی Tehrani/تهرانی Yazdi/یزدی
        Zand/زند""",
    language="Persian",
)

TURKISH = Culture(
    women="""Aslı Ayça Ayla Aylin Ayşe Başak Bahar Berna Burcu Büşra Canan Ceren Çiğdem Defne Deniz Derya Dilek Ebru Ece Ela
        Elif Emine Esra Fatma Filiz Funda Gamze Gül Gülşen Hande Hatice İdil İlayda İpek Lale Leyla Melek Melis Meltem Merve
        Nazlı Nehir Nilüfer Nurgül Özge Özlem Pınar Seda Selin Sevgi Sibel Şebnem Şule Tuğba Yasemin Zeynep""",
    men="""Ahmet Ali Alp Arda Barış Berk Burak Bülent Can Cem Cemal Cengiz Çağlar Deniz Doğan Emre Engin Ercan Erdem Eren
        Erhan Erkan Ertuğrul Fatih Ferhat Gökhan Güven Hakan Halil Hasan Hüseyin İbrahim İlker İsmail Kaan Kemal Kerem Koray
        Levent Mehmet Mert Metin Murat Mustafa Oğuz Okan Onur Orhan Osman Ömer Özgür Selçuk Selim Serkan Sinan Şahin Tamer
        Tolga Tuncay Turgut Ufuk Umut Volkan Yavuz Yiğit Yusuf""",
    families="""Acar Akar Akgül Aksoy Aktaş Altıntaş Arslan Aslan Ateş Avcı Aydın Aydoğan Bayraktar Bilgin Bozkurt Bulut Can
        Çakır Çelik Çetin Coşkun Demir Demirci Deniz Doğan Duman Durmaz Ekinci Erdoğan Eren Erol Ersoy Genç Güler Gündoğdu
        Güneş Günay Güngör Işık Kahraman Kaplan Kara Karaca Karataş Kaya Keskin Kılıç Koç Korkmaz Köse Kurt Kuş Öz Özcan
        Özdemir Özer Özgür Özkan Öztürk Parlak Polat Sarı Sarıkaya Soylu Şahin Şen Şimşek Taş Tekin Toprak Tunç Turan Türkmen
        Uçar Uysal Ünal Yalçın Yavuz Yazıcı Yıldırım Yıldız Yılmaz Yüksel""",
    language="Turkish",
)

SOUTH_INDIAN = Culture(
    women="""Aishwarya/ಐಶ್ವರ್ಯ Akshata/ಅಕ್ಷತಾ Ananya/ಅನನ್ಯ Anjali/ಅಂಜಲಿ Bhavana/ಭಾವನಾ Chaitra/ಚೈತ್ರಾ Deepa/ದೀಪಾ
        Divya/ದಿವ್ಯಾ Gayathri/ಗಾಯತ್ರಿ Geetha/ಗೀತಾ Harini/ಹರಿಣಿ Indira/ಇಂದಿರಾ Jyothi/ಜ್ಯೋತಿ Kavya/ಕಾವ್ಯ Keerthana/ಕೀರ್ತನಾ
        Lakshmi/ಲಕ್ಷ್ಮಿ Lalitha/ಲಲಿತಾ Malavika/ಮಾಳವಿಕಾ Meenakshi/ಮೀನಾಕ್ಷಿ Nandini/ನಂದಿನಿ Padma/ಪದ್ಮಾ Pavithra/ಪವಿತ್ರಾ
        Prathibha/ಪ್ರತಿಭಾ Radhika/ರಾಧಿಕಾ Ramya/ರಮ್ಯಾ Revathi/ರೇವತಿ Sahana/ಸಹನಾ Sandhya/ಸಂಧ್ಯಾ Shobha/ಶೋಭಾ
        Shruthi/ಶ್ರುತಿ Sowmya/ಸೌಮ್ಯ Sudha/ಸುಧಾ Vasudha/ವಸುಧಾ Vidya/ವಿದ್ಯಾ Yamini/ಯಾಮಿನಿ""",
    men="""Abhishek/ಅಭಿಷೇಕ್ Adithya/ಆದಿತ್ಯ Ajay/ಅಜಯ್ Anand/ಆನಂದ್ Anirudh/ಅನಿರುದ್ಧ್ Arjun/ಅರ್ಜುನ್ Ashwin/ಅಶ್ವಿನ್ Balaji/ಬಾಲಾಜಿ
        Bharath/ಭರತ್ Chetan/ಚೇತನ್ Darshan/ದರ್ಶನ್ Dinesh/ದಿನೇಶ್ Ganesh/ಗಣೇಶ್ Girish/ಗಿರೀಶ್ Gopal/ಗೋಪಾಲ್ Harish/ಹರೀಶ್
        Jagadish/ಜಗದೀಶ್ Karthik/ಕಾರ್ತಿಕ್ Kiran/ಕಿರಣ್ Madhav/ಮಾಧವ್ Mahesh/ಮಹೇಶ್ Manjunath/ಮಂಜುನಾಥ್ Mohan/ಮೋಹನ್ Naveen/ನವೀನ್
        Nikhil/ನಿಖಿಲ್ Prakash/ಪ್ರಕಾಶ್ Prashanth/ಪ್ರಶಾಂತ್ Raghavendra/ರಾಘವೇಂದ್ರ Rakesh/ರಾಕೇಶ್ Ramesh/ರಮೇಶ್ Sanjay/ಸಂಜಯ್
        Sathish/ಸತೀಶ್ Srinivas/ಶ್ರೀನಿವಾಸ್ Sudhakar/ಸುಧಾಕರ್ Suresh/ಸುರೇಶ್ Vasudev/ವಾಸುದೇವ್ Venkatesh/ವೆಂಕಟೇಶ್ Vijay/ವಿಜಯ್
        Vinay/ವಿನಯ್ Vishnu/ವಿಷ್ಣು""",
    families="""Acharya/ಆಚಾರ್ಯ Adiga/ಅಡಿಗ Bangera/ಬಂಗೇರ Bhat/ಭಟ್ Chandrasekhar/ಚಂದ್ರಶೇಖರ್ Gowda/ಗೌಡ Hebbar/ಹೆಬ್ಬಾರ್ Hegde/ಹೆಗ್ಡೆ
        Iyengar/ಅಯ್ಯಂಗಾರ್ Kamath/ಕಾಮತ್ Karanth/ಕಾರಂತ್ Kini/ಕಿಣಿ Krishnamurthy/ಕೃಷ್ಣಮೂರ್ತಿ Kulkarni/ಕುಲಕರ್ಣಿ Mallya/ಮಲ್ಯ
        Moorthy/ಮೂರ್ತಿ Murthy/ಮೂರ್ತಿ Nadig/ನಾಡಿಗ್ Naik/ನಾಯ್ಕ್ Nambiar/ನಂಬಿಯಾರ್ Narasimhan/ನರಸಿಂಹನ್ Narayanan/ನಾರಾಯಣನ್ Nayak/ನಾಯಕ್
        Padmanabhan/ಪದ್ಮನಾಭನ್ Pai/ಪೈ Parthasarathy/ಪಾರ್ಥಸಾರಥಿ Patil/ಪಾಟೀಲ್ Prabhu/ಪ್ರಭು Raghavan/ರಾಘವನ್ Rajagopalan/ರಾಜಗೋಪಾಲನ್
        Raman/ರಾಮನ್ Ranganathan/ರಂಗನಾಥನ್ Rao/ರಾವ್ Reddy/ರೆಡ್ಡಿ Sastry/ಶಾಸ್ತ್ರಿ Seshadri/ಶೇಷಾದ್ರಿ Shenoy/ಶೆಣೈ Shetty/ಶೆಟ್ಟಿ
        Somayaji/ಸೋಮಯಾಜಿ Srinivasan/ಶ್ರೀನಿವಾಸನ್ Subramaniam/ಸುಬ್ರಮಣ್ಯಂ Sundaram/ಸುಂದರಂ Swamy/ಸ್ವಾಮಿ Thimmaiah/ತಿಮ್ಮಯ್ಯ Upadhya/ಉಪಾಧ್ಯ
        Varadarajan/ವರದರಾಜನ್ Venkataraman/ವೆಂಕಟರಾಮನ್ Viswanathan/ವಿಶ್ವನಾಥನ್""",
    short={
        "Raghavendra": "Raghu",
        "Venkatesh": "Venky",
        "Manjunath": "Manju",
        "Srinivas": "Sri",
        "Meenakshi": "Meena",
        "Aishwarya": "Aishu",
        "Lakshmi": "Lucky",
    },
    language="Kannada",
)

NORTH_INDIAN = Culture(
    women="""Aditi/अदिति Alka/अलका Aparna/अपर्णा Archana/अर्चना Asha/आशा Charu/चारु Garima/गरिमा Isha/ईशा Jaya/जया
        Juhi/जूही Kanika/कनिका Kiran/किरण Komal/कोमल Madhuri/माधुरी Mansi/मानसी Meera/मीरा Mehak/महक Namrata/नम्रता
        Neha/नेहा Nidhi/निधि Nikita/निकिता Nisha/निशा Pallavi/पल्लवी Payal/पायल Pooja/पूजा Prerna/प्रेरणा Priya/प्रिया
        Rashmi/रश्मि Ritu/ऋतु Sakshi/साक्षी Shalini/शालिनी Shreya/श्रेया Simran/सिमरन Sneha/स्नेहा Sunita/सुनीता
        Swati/स्वाति Tanvi/तन्वी Urvashi/उर्वशी Vandana/वंदना""",
    men="""Aditya/आदित्य Akash/आकाश Alok/आलोक Aman/अमन Amit/अमित Ankit/अंकित Anil/अनिल Arvind/अरविंद Ashok/अशोक Deepak/दीपक
        Devendra/देवेंद्र Dhruv/ध्रुव Gaurav/गौरव Harsh/हर्ष Hemant/हेमंत Ishaan/ईशान Jatin/जतिन Kabir/कबीर Kunal/कुणाल
        Lalit/ललित Manish/मनीष Manoj/मनोज Mohit/मोहित Mukesh/मुकेश Neeraj/नीरज Nitin/नितिन Pankaj/पंकज Pranav/प्रणव Rahul/राहुल
        Rajat/रजत Rajesh/राजेश Rohan/रोहन Sachin/सचिन Sandeep/संदीप Shubham/शुभम Sumit/सुमित Tarun/तरुण Varun/वरुण Vikas/विकास
        Vikram/विक्रम Vivek/विवेक Yash/यश""",
    families="""Agarwal/अग्रवाल Ahuja/आहूजा Arora/अरोड़ा Bajpai/बाजपेयी Bansal/बंसल Bhardwaj/भारद्वाज Bhatia/भाटिया
        Bhattacharya/भट्टाचार्य Chakraborty/चक्रवर्ती Chatterjee/चटर्जी Chauhan/चौहान Chopra/चोपड़ा Das/दास Desai/देसाई
        Deshpande/देशपांडे Dixit/दीक्षित Dubey/दुबे Dutta/दत्ता Ghosh/घोष Gill/गिल Goel/गोयल Gupta/गुप्ता Jain/जैन Jha/झा
        Joshi/जोशी Kapoor/कपूर Kaul/कौल Khanna/खन्ना Kohli/कोहली Kumar/कुमार Malhotra/मल्होत्रा Mathur/माथुर Mehra/मेहरा
        Mehta/मेहता Mishra/मिश्रा Mittal/मित्तल Mukherjee/मुखर्जी Nanda/नंदा Pandey/पांडे Parekh/पारेख Patel/पटेल Puri/पुरी
        Rastogi/रस्तोगी Rathore/राठौर Roy/रॉय Sarin/सरीन Saxena/सक्सेना Sen/सेन Sethi/सेठी Shah/शाह Sharma/शर्मा Shukla/शुक्ला
        Singh/सिंह Sinha/सिन्हा Srivastava/श्रीवास्तव Tandon/टंडन Thakur/ठाकुर Trivedi/त्रिवेदी Varma/वर्मा Verma/वर्मा Vyas/व्यास
        Yadav/यादव""",
    language="Hindi",
)

CHINESE = Culture(
    women="""Aihua/爱华 Bingqing/冰清 Chenxi/晨曦 Chunmei/春梅 Fang/芳 Fen/芬 Hong/红 Huan/欢 Hui/慧 Jia/佳 Jiayi/佳怡 Jing/静 Jingyi/静怡
        Juan/娟 Lan/兰 Lei/蕾 Li/丽 Lihua/丽华 Lijuan/丽娟 Lili/莉莉 Lin/琳 Ling/玲 Mei/梅 Meiling/美玲 Min/敏 Na/娜 Ning/宁 Qian/倩
        Qing/青 Ruolan/若兰 Shu/淑 Siyu/思雨 Ting/婷 Wanting/婉婷 Xia/霞 Xiaoyan/晓燕 Xinyi/欣怡 Xiu/秀 Xiuying/秀英 Xue/雪 Yan/燕
        Yating/雅婷 Ying/英 Yue/月 Yuhan/雨涵 Yun/云 Zhen/珍 Zihan/子涵""",
    men="""Bin/斌 Bo/博 Chao/超 Cheng/成 Chenglong/成龙 Dawei/大伟 Feng/峰 Gang/刚 Guang/光 Guoqiang/国强 Hai/海 Hao/浩 Haoran/浩然
        He/鹤 Jian/健 Jianguo/建国 Jianhua/建华 Jie/杰 Jun/军 Junjie/俊杰 Kai/凯 Kun/坤 Lei/磊 Liang/亮 Long/龙 Ming/明 Mingze/明泽
        Peng/鹏 Qiang/强 Rui/锐 Shan/山 Shuai/帅 Tao/涛 Tianyu/天宇 Wei/伟 Weimin/伟民 Wen/文 Xiang/翔 Xiaodong/晓东 Xin/鑫 Xu/旭
        Yang/洋 Yichen/奕辰 Yifan/一凡 Yong/勇 Yu/宇 Yuxuan/宇轩 Zhe/哲 Zhiyuan/志远 Zihao/子豪""",
    families="""Bai/白 Cai/蔡 Cao/曹 Chen/陈 Cheng/程 Cui/崔 Dai/戴 Deng/邓 Ding/丁 Dong/董 Du/杜 Fan/范 Fang/方 Feng/冯 Fu/傅 Gao/高
        Gong/龚 Gu/顾 Guo/郭 Han/韩 Hao/郝 He/何 Hou/侯 Hu/胡 Huang/黄 Jia/贾 Jiang/江 Jin/金 Kong/孔 Lai/赖 Lei/雷 Li/李 Liang/梁
        Liao/廖 Lin/林 Liu/刘 Long/龙 Lu/卢 Luo/罗 Ma/马 Mao/毛 Meng/孟 Mo/莫 Ouyang/欧阳 Pan/潘 Peng/彭 Qian/钱 Qin/秦 Qiu/邱 Ren/任
        Shao/邵 Shen/沈 Shi/石 Situ/司徒 Song/宋 Su/苏 Sun/孙 Tan/谭 Tang/唐 Tao/陶 Tian/田 Wan/万 Wang/王 Wei/魏 Wen/文 Wu/吴 Xia/夏
        Xiao/肖 Xie/谢 Xiong/熊 Xu/徐 Xue/薛 Yan/严 Yang/杨 Yao/姚 Ye/叶 Yi/易 Yin/尹 Yu/余 Yuan/袁 Zeng/曾 Zhang/张 Zhao/赵 Zheng/郑
        Zhong/钟 Zhou/周 Zhu/朱 Zhuge/诸葛 Zou/邹""",
    family_first=True,
    other_names="""Amy Angela Candice Cindy Fiona Grace Ivy Jasmine Joy Kelly Mandy Sophia Vivian Winnie Alan Andy Derek
        Eason Eric Ethan Jacky Jason Kevin Leo Ray Simon Steven Tony Vincent""",
    sound={"Xiaoyan": "shyow-YEN", "Qing": "CHING", "Xinyi": "shin-EE", "Zhiyuan": "jir-yoo-AN", "Yuxuan": "yoo-SHWEN"},
    language="Mandarin",
)

JAPANESE = Culture(
    women="""Ai/愛 Aiko/愛子 Akane/茜 Akemi/明美 Akiko/明子 Asami/麻美 Asuka/明日香 Aya/彩 Ayumi/歩美 Chie/千恵 Chika/千佳 Emi/恵美
        Eri/絵里 Fumiko/文子 Hana/花 Hanako/花子 Haruka/遥 Hina/陽菜 Hiromi/裕美 Kaori/香織 Kazuko/和子 Keiko/恵子 Kumiko/久美子
        Kyoko/京子 Mai/舞 Mami/真美 Mana/愛菜 Mariko/真理子 Mayumi/真由美 Megumi/恵 Mei/芽衣 Michiko/美智子 Midori/緑 Miho/美穂
        Mika/美香 Miki/美樹 Misaki/美咲 Miyu/美優 Momoko/桃子 Nanami/七海 Naomi/直美 Natsumi/夏美 Noriko/典子 Reiko/玲子 Rika/里香
        Rin/凛 Sachiko/幸子 Sakura/さくら Saori/沙織 Satomi/里美 Sayaka/沙也加 Shiori/栞 Tomoko/智子 Yui/結衣 Yuka/由佳 Yuki/有希
        Yukiko/由紀子 Yumi/由美 Yuriko/百合子""",
    men="""Akihiro/明宏 Akira/明 Daichi/大地 Daiki/大輝 Daisuke/大輔 Fumio/文雄 Haruki/春樹 Haruto/陽翔 Hayato/隼人 Hideki/秀樹
        Hiroaki/宏明 Hiroki/大樹 Hiroshi/浩 Hiroto/大翔 Ichiro/一郎 Jun/純 Kaito/海斗 Katsuya/克也 Kazuki/和樹 Kazuo/和夫
        Kazuya/和也 Keisuke/圭介 Keita/慶太 Kenichi/健一 Kenji/健二 Kenta/健太 Koichi/浩一 Kosuke/康介 Makoto/誠 Manabu/学
        Masahiro/正博 Masaki/雅樹 Masao/正夫 Minoru/実 Naoki/直樹 Nobuyuki/信行 Osamu/修 Ren/蓮 Ryo/亮 Ryota/良太 Satoshi/聡
        Shigeru/茂 Shin/慎 Shinji/真司 Shota/翔太 Sota/颯太 Susumu/進 Tadashi/正 Takahiro/貴弘 Takashi/隆 Takeshi/武 Takumi/匠
        Taro/太郎 Tatsuya/達也 Tetsuya/哲也 Tomohiro/智宏 Toru/徹 Tsubasa/翼 Yasuhiro/康弘 Yosuke/洋介 Yuji/裕二 Yuma/悠真
        Yusuke/祐介 Yuta/雄太""",
    families="""Abe/阿部 Aoki/青木 Arai/新井 Asano/浅野 Baba/馬場 Chiba/千葉 Endo/遠藤 Fujii/藤井 Fujimoto/藤本 Fujita/藤田
        Fujiwara/藤原 Fukuda/福田 Goto/後藤 Hara/原 Harada/原田 Hasegawa/長谷川 Hashimoto/橋本 Hattori/服部 Hayashi/林 Hirano/平野
        Hirose/広瀬 Honda/本田 Hoshino/星野 Ichikawa/市川 Igarashi/五十嵐 Iida/飯田 Ikeda/池田 Imai/今井 Inoue/井上 Ishida/石田
        Ishihara/石原 Ishii/石井 Ishikawa/石川 Ito/伊藤 Iwasaki/岩崎 Kaneko/金子 Kato/加藤 Kawaguchi/川口 Kawamura/川村 Kikuchi/菊地
        Kimura/木村 Kinoshita/木下 Kitamura/北村 Kobayashi/小林 Kojima/小島 Kondo/近藤 Kubo/久保 Kudo/工藤 Maeda/前田 Maruyama/丸山
        Masuda/増田 Matsuda/松田 Matsui/松井 Matsumoto/松本 Matsuo/松尾 Mikami/三上 Miura/三浦 Miyamoto/宮本 Miyazaki/宮崎
        Mizuno/水野 Mori/森 Morita/森田 Murakami/村上 Murata/村田 Nagata/永田 Nakagawa/中川 Nakajima/中島 Nakamura/中村 Nakano/中野
        Nakayama/中山 Nishida/西田 Nishimura/西村 Noguchi/野口 Nomura/野村 Ogawa/小川 Okada/岡田 Okamoto/岡本 Ono/小野 Ota/太田
        Otsuka/大塚 Saito/斎藤 Sakai/酒井 Sakamoto/坂本 Sakurai/桜井 Sano/佐野 Sasaki/佐々木 Sato/佐藤 Shibata/柴田 Shimada/島田
        Shimizu/清水 Sugawara/菅原 Sugiyama/杉山 Suzuki/鈴木 Takada/高田 Takagi/高木 Takahashi/高橋 Takeda/武田 Takeuchi/竹内
        Tamura/田村 Tanaka/田中 Taniguchi/谷口 Uchida/内田 Ueda/上田 Ueno/上野 Wada/和田 Watanabe/渡辺 Yamada/山田 Yamaguchi/山口
        Yamamoto/山本 Yamashita/山下 Yamazaki/山崎 Yokoyama/横山 Yoshida/吉田 Yoshikawa/吉川""",
    family_first=True,
    language="Japanese",
)

KOREAN = Culture(
    women="""Areum/아름 Bo-young/보영 Boram/보람 Chae-won/채원 Da-eun/다은 Eun-ji/은지 Eun-kyung/은경 Eun-young/은영 Ga-eun/가은
        Ha-eun/하은 Hana/하나 Hye-jin/혜진 Hye-won/혜원 Hyun-jung/현정 Ji-eun/지은 Ji-hye/지혜 Ji-min/지민 Ji-soo/지수 Ji-won/지원
        Jiyoung/지영 Kyung-mi/경미 Mi-kyung/미경 Mi-ran/미란 Mi-sook/미숙 Min-ji/민지 Min-seo/민서 Na-young/나영 Seo-yeon/서연
        Seo-yoon/서윤 So-hee/소희 So-young/소영 Soo-jin/수진 Su-bin/수빈 Sun-hee/순희 Ye-jin/예진 Yoo-jin/유진 Yoon-ah/윤아
        Young-hee/영희""",
    men="""Beom-seok/범석 Chang-ho/창호 Chul-soo/철수 Dae-jung/대중 Do-yun/도윤 Dong-hyun/동현 Dong-wook/동욱 Gun-woo/건우
        Ha-joon/하준 Hyun-jin/현진 Hyun-woo/현우 In-soo/인수 Jae-hyun/재현 Jae-sung/재성 Ji-ho/지호 Ji-hoon/지훈 Jin-ho/진호
        Jin-woo/진우 Jong-min/종민 Joon-ho/준호 Joon-young/준영 Jung-ho/정호 Ki-tae/기태 Kwang-soo/광수 Kyung-ho/경호 Min-ho/민호
        Min-jun/민준 Min-kyu/민규 Sang-hoon/상훈 Sang-woo/상우 Seo-jun/서준 Seung-ho/승호 Si-woo/시우 Sung-ho/성호 Sung-min/성민
        Tae-hyung/태형 Tae-yang/태양 Woo-jin/우진 Ye-jun/예준 Young-ho/영호 Young-soo/영수""",
    families="""Ahn/안 Bae/배 Baek/백 Cha/차 Cho/조 Choi/최 Chung/정 Han/한 Heo/허 Hong/홍 Hwang/황 Im/임 Jang/장 Jeon/전 Joo/주 Jung/정
        Kang/강 Kim/김 Ko/고 Kwak/곽 Kwon/권 Lee/이 Lim/임 Min/민 Moon/문 Nam/남 Namgung/남궁 Noh/노 Oh/오 Park/박 Roh/노 Ryu/류 Seo/서
        Seong/성 Shim/심 Shin/신 Sohn/손 Song/송 Woo/우 Yang/양 Yoo/유 Yoon/윤""",
    family_first=True,
    language="Korean",
)

VIETNAMESE = Culture(
    women="""Ái_Linh Ánh_Tuyết Bảo_Châu Bích_Ngọc Cẩm_Tú Diệu_Linh Hà_My Hải_Yến Hồng_Nhung Hương_Giang Khánh_Linh Kim_Oanh
        Lan_Anh Mai_Anh Minh_Châu Mỹ_Duyên Ngọc_Ánh Ngọc_Hân Phương_Anh Phương_Thảo Quỳnh_Như Thanh_Hà Thảo_Vy Thị_Hoa Thu_Hà
        Thu_Trang Thùy_Dung Thúy_Hằng Trúc_Mai Tường_Vi Uyên_Nhi Xuân_Mai Yến_Nhi""",
    men="""Anh_Tuấn Bảo_Long Công_Minh Đăng_Khoa Đình_Phúc Đức_Anh Đức_Thắng Duy_Khánh Gia_Bảo Hải_Đăng Hoàng_Long Hữu_Phước
        Huy_Hoàng Khắc_Hiếu Khôi_Nguyên Mạnh_Hùng Minh_Đức Minh_Quân Ngọc_Sơn Nhật_Minh Quang_Huy Quốc_Việt Tấn_Phát Thanh_Tùng
        Thế_Vinh Tiến_Dũng Trọng_Nghĩa Trung_Kiên Tuấn_Kiệt Văn_Hải Việt_Hoàng Xuân_Trường""",
    families="""Bùi Cao Châu Đàm Đặng Đào Đinh Đỗ Đoàn Dương Hà Hồ Hoàng Huỳnh Lâm Lê Lương Lưu Lý Mai Ngô Nguyễn Phạm Phan Phùng
        Quách Tạ Thái Tô Tôn Trần Triệu Trịnh Trương Võ Vũ""",
    language="Vietnamese",
)

FILIPINO = Culture(
    women="""Althea Angelica Analyn Bea Bernadette Carmela Charmaine Cherry Clarissa Corazon Diwata Dalisay Divina Evangeline
        Gemma Imelda Jasmine Jovelyn Kristine Ligaya Liwayway Lorna Luningning Marites Maricel Mayumi Mylene Princess
        Rosalinda Rowena Sheila Tala Teresita""",
    men="""Aljon Arnel Bayani Benigno Benjie Carlo Crisanto Danilo Dante Efren Eduardo Emmanuel Ferdinand Gerald Isagani Jejomar
        Jericho Joel Jun-Jun Kidlat Lakan Manny Marlon Nestor Noel Ramil Rey_Mark Reynaldo Rodel Rommel Rolando Romeo Virgilio""",
    families="""Abad Agbayani Aquino Bautista Buenaventura Cabrera Catacutan Cojuangco Concepcion Cruz Dalisay David de_Guzman
        de_la_Cruz de_los_Santos del_Rosario Dimaculangan Dimagiba Domingo Evangelista Fernandez Galang Gatdula Guinto Ignacio
        Lacson Laxamana Lim Macaraeg Magsaysay Manalo Mangubat Manansala Mendoza Natividad Ocampo Pangilinan Panganiban
        Pascual Punzalan Quiambao Ramos Reyes Sandoval Santiago Santos Sison Soriano Sumulong Tolentino Tan Tuazon Valdez
        Villanueva Ylagan""",
    short={"Bernadette": "Badette", "Emmanuel": "Manny", "Corazon": "Cory", "Evangeline": "Vangie"},
    language="Tagalog",
)

PACIFIC = Culture(
    women="""Anahera Aroha Hana Hēni Hinemoa Huia Kahurangi Kiri Leilani Losa Mahina Maia Marama Mele Mereana Ngaio Ngaire
        Pania Rangi Sina Talia Tiare Tina Whetū""",
    men="""Ariki Filipo Hemi Hōne Ioane Kahu Kauri Manaia Manu Matiu Mikaere Ngata Paora Pita Rāwiri Rewi Sione Tama Tāne
        Tevita Tipene Tūī Wiremu""",
    families="""Afoa Fa'asavalu Faleolo Fonoti Fuimaono Henare Hohepa Kaihau Kawhia Kīngi Leota Mahuta Mataʻafa Matiu Ngata
        Ngatai Nikau Parata Paraone Pōmare Rangihuna Ropata Tamihere Tauiliʻili Taufa Te_Awa Te_Kanawa Te_Rangi Tipoki
        Tuhiwai Tuilagi Wharepapa Whaanga""",
    sound={"Whetū": "FEH-too", "Ngaio": "NYE-oh", "Hēni": "HEH-nee"},
    language="Māori",
)

HEBREW = Culture(
    women="""Adi/עדי Anat/ענת Avital/אביטל Ayelet/איילת Dafna/דפנה Dana/דנה Efrat/אפרת Einat/עינת Galit/גלית Hila/הילה
        Inbal/ענבל Keren/קרן Liat/ליאת Maya/מאיה Michal/מיכל Noa/נועה Orit/אורית Rivka/רבקה Ruth/רות Shira/שירה Tali/טלי
        Tamar/תמר Yael/יעל""",
    men="""Amir/אמיר Amos/עמוס Ariel/אריאל Asaf/אסף Avi/אבי Boaz/בועז Dov/דב Eitan/איתן Eyal/אייל Gal/גל Gilad/גלעד Guy/גיא
        Itai/איתי Lior/ליאור Nadav/נדב Noam/נועם Ofer/עופר Oren/אורן Ron/רון Shai/שי Tal/טל Uri/אורי Yair/יאיר Yoav/יואב""",
    families="""Abramov/אברמוב Alon/אלון Amsalem/אמסלם Avraham/אברהם Azoulay/אזולאי Bar-Lev/בר-לב Ben-Ami/בן-עמי
        Ben-David/בן-דוד Biton/ביטון Dayan/דיין Friedman/פרידמן Gabay/גבאי Golan/גולן Harari/הררי Katz/כץ Levi/לוי
        Malka/מלכה Mizrahi/מזרחי Navon/נבון Peretz/פרץ Sasson/ששון Shapira/שפירא Tal/טל""",
    language="Hebrew",
)
